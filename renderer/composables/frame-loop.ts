/** One `requestAnimationFrame` loop for all canvases. It stops by itself when none of them has anything left to move. */
import { onScopeDispose } from 'vue'

/** Draws a frame; gives back whether it wants another one. */
export type FrameTask = (nowMs: number) => boolean

const tasks = new Set<FrameTask>()
const wanting = new Set<FrameTask>()
let handle = 0

function frame(nowMs: number): void {
  handle = 0
  for (const task of [...wanting]) if (tasks.has(task) && !task(nowMs)) wanting.delete(task)
  if (wanting.size > 0) handle = requestAnimationFrame(frame)
}

/** Registers a task for as long as the calling scope lives, and gives back what asks for its next frame. */
export function useFrameTask(task: FrameTask): () => void {
  tasks.add(task)
  onScopeDispose(() => {
    tasks.delete(task)
    wanting.delete(task)
  })
  return () => {
    wanting.add(task)
    if (handle === 0) handle = requestAnimationFrame(frame)
  }
}
