import type { LuaLibrary } from '../sandbox'
import { bitLibrary } from './bit'
import { cjsonLibrary } from './cjson'
import { cmsgpackLibrary } from './cmsgpack'
import { structLibrary } from './struct'

/** What Redis adds to Lua's own libraries, beside `redis` itself. */
export const libraries: readonly LuaLibrary[] = [cjsonLibrary, structLibrary, cmsgpackLibrary, bitLibrary]
