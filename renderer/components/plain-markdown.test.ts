import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spansOf } from './plain-markdown'

describe('spansOf', () => {
  it('knows strong, emphasis and code', () => {
    expect(spansOf('**Ana** says *hi* in `chat_room` and snake_case_stays')).toEqual([
      { tag: 'strong', text: 'Ana' },
      { tag: 'span', text: ' says ' },
      { tag: 'em', text: 'hi' },
      { tag: 'span', text: ' in ' },
      { tag: 'code', text: 'chat_room' },
      { tag: 'span', text: ' and snake_case_stays' },
    ])
  })

  it('leaves markup alone and loses no text but the marks', () => {
    expect(spansOf('<b>x</b> [a](b)')).toEqual([{ tag: 'span', text: '<b>x</b> [a](b)' }])
    fc.assert(
      fc.property(fc.string(), (text) => {
        const kept = spansOf(text)
          .map((span) => span.text)
          .join('')
        expect(kept.replace(/[*_`]/g, '')).toBe(text.replace(/[*_`]/g, ''))
      }),
    )
  })
})
