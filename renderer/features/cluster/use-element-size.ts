import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/** The size of an element as it changes. */
export function useElementSize(element: Readonly<ShallowRef<HTMLElement | null>>) {
  const width = shallowRef(0)
  const height = shallowRef(0)
  const observer = new ResizeObserver(() => {
    width.value = element.value?.clientWidth ?? 0
    height.value = element.value?.clientHeight ?? 0
  })
  watch(
    element,
    (next, before) => {
      if (before) observer.unobserve(before)
      if (next) observer.observe(next)
    },
    { immediate: true },
  )
  onScopeDispose(() => observer.disconnect())
  return { width, height }
}
