import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { everything, isEverything, type EventFilter } from '../../../trace/event-view'

/** The event table's filter: one for the window, so that other places can set it ("show only this actor"). */
export const useEvents = defineStore('events', () => {
  const filter = shallowRef<EventFilter>(everything)
  const isFiltered = computed(() => !isEverything(filter.value))

  function change(part: Partial<EventFilter>): void {
    filter.value = { ...filter.value, ...part }
  }

  function clear(): void {
    filter.value = everything
  }

  return { filter, isFiltered, change, clear }
})
