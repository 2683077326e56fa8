import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** Whether the person asked the system for less motion; follows the system while the scope lives. */
export function useReducedMotion(): Readonly<ShallowRef<boolean>> {
  return useMedia('(prefers-reduced-motion: reduce)')
}

export function useMedia(query: string): Readonly<ShallowRef<boolean>> {
  const media = window.matchMedia(query)
  const matches = shallowRef(media.matches)
  const follow = (event: MediaQueryListEvent) => (matches.value = event.matches)
  media.addEventListener('change', follow)
  onScopeDispose(() => media.removeEventListener('change', follow))
  return matches
}
