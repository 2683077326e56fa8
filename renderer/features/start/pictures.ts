/** The small still lifes of the start view, as data: marks on a 330 x 120 ground, in the words of the visual grammar. */
export interface Mark {
  readonly role: string
  readonly hue: 'send' | 'arrive' | 'neutral' | 'break'
  readonly x: number
  readonly y: number
  readonly r: number
}

export interface Wire {
  readonly d: string
  readonly isCut?: boolean
}

export interface Spot {
  readonly x: number
  readonly y: number
  readonly hue: 'send' | 'arrive'
}

export interface Picture {
  readonly marks: readonly Mark[]
  readonly wires: readonly Wire[]
  readonly spots: readonly Spot[]
  /** Where a message was lost. */
  readonly crosses?: readonly { readonly x: number; readonly y: number }[]
}

export const chatRoom: Picture = {
  marks: [
    { role: 'publisher', hue: 'send', x: 42, y: 36, r: 16 },
    { role: 'publisher', hue: 'send', x: 42, y: 84, r: 16 },
    { role: 'channel', hue: 'neutral', x: 150, y: 60, r: 18 },
    { role: 'subscriber', hue: 'arrive', x: 276, y: 22, r: 13 },
    { role: 'subscriber', hue: 'arrive', x: 276, y: 60, r: 13 },
    { role: 'subscriber', hue: 'break', x: 276, y: 98, r: 13 },
  ],
  wires: [
    { d: 'M58 36C95 36 95 60 132 60' },
    { d: 'M58 84C95 84 95 60 132 60' },
    { d: 'M168 60C216 60 216 22 263 22' },
    { d: 'M168 60C216 60 216 60 263 60' },
    { d: 'M168 60C186 60 197 66 205 74' },
    { d: 'M211 82C222 93 238 98 263 98', isCut: true },
  ],
  spots: [
    { x: 95, y: 48, hue: 'send' },
    { x: 216, y: 41, hue: 'arrive' },
    { x: 234, y: 60, hue: 'arrive' },
  ],
  crosses: [{ x: 205, y: 98 }],
}

export const empty: Picture = {
  marks: [
    { role: 'node', hue: 'neutral', x: 165, y: 60, r: 20 },
    { role: 'publisher', hue: 'neutral', x: 52, y: 60, r: 15 },
    { role: 'subscriber', hue: 'neutral', x: 278, y: 60, r: 15 },
  ],
  wires: [],
  spots: [],
}
