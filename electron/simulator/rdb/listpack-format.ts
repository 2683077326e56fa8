/** The length of a listpack in 4 bytes and its number of elements in 2. */
export const LISTPACK_HEADER = 6
export const LISTPACK_END = 0xff
/** Stands for the number of elements where there are so many or more. */
export const UNKNOWN_COUNT = 0xffff
/** The longest text of an integer of 64 bits. */
export const INTEGER_LENGTH_MAX = 20
