import { inject, provide, type InjectionKey } from 'vue'
import { Particles } from './particles'

const key: InjectionKey<Particles> = Symbol('particles')

/** One field of particles for a graph: its canvas moves and draws them, its edges say how many one stands for. */
export function provideParticles(): Particles {
  const particles = new Particles()
  provide(key, particles)
  return particles
}

export function useParticles(): Particles {
  const particles = inject(key)
  if (!particles) throw new Error('No graph around this component.')
  return particles
}
