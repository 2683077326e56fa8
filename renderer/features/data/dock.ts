import { inject, provide, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import type { Bytes } from '../../../shared/bytes'
import type { DataAction } from './actions'

export interface DockField {
  readonly name: string
  readonly label: string
  readonly value?: Bytes
  readonly isLong?: boolean
  /** A choice instead of text. */
  readonly options?: readonly string[]
  /** Whether the field is asked for, given the others. */
  readonly isShown?: (values: Readonly<Record<string, Bytes>>) => boolean
}

/** A change that is being prepared: what it asks for, and the action that this amounts to. */
export interface DockForm {
  readonly title: string
  readonly fields: readonly DockField[]
  /** Undefined while what was typed makes no command yet. */
  readonly build: (values: Readonly<Record<string, Bytes>>) => DataAction | undefined
  /** Called when the node did it. */
  readonly done?: (values: Readonly<Record<string, Bytes>>) => void
}

const key: InjectionKey<ShallowRef<DockForm | null>> = Symbol('dock')

/** The place below a value where changes are prepared, with the commands that they send. */
export function provideDock(): ShallowRef<DockForm | null> {
  const form = shallowRef<DockForm | null>(null)
  provide(key, form)
  return form
}

export function useDock(): ShallowRef<DockForm | null> {
  return inject(key)!
}
