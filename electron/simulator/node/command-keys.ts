import type { Bytes } from '../../../shared/bytes'
import type { KeySpec } from './command-spec'

/** Where the keys of a command are in its arguments. */
export function keysOf(spec: KeySpec, argv: readonly Bytes[]): readonly number[] {
  switch (spec.find) {
    case 'none':
      return []
    case 'by':
      return spec.keys(argv)
    case 'range': {
      const last = spec.last < 0 ? argv.length + spec.last : spec.last
      const places: number[] = []
      for (let at = spec.at; at <= last && at < argv.length; at += spec.step) places.push(at)
      return places
    }
  }
}
