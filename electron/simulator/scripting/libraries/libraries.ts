import type { LuaLibrary } from '../sandbox'

/** What Redis adds to Lua's own libraries, beside `redis` itself. */
export const libraries: readonly LuaLibrary[] = []
