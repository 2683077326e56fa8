import { describe, expect, it } from 'vitest'
import { TextReader, TextWriter } from './texts'

const forgetful = () => {
  const writer = new TextWriter()
  writer.forget()
  return writer
}

const roundTripIn = (writer: TextWriter, ...texts: string[]) => {
  const indexes = texts.map((text) => writer.add(text))
  const packed = writer.take()
  const reader = new TextReader(packed)
  return { packed, texts: indexes.map((index) => reader.at(index)) }
}

describe.each([
  ['that may be asked for', () => new TextWriter()],
  ['that nobody asks for', forgetful],
])('packed texts %s', (_, makeWriter) => {
  const roundTrip = (...texts: string[]) => roundTripIn(makeWriter(), ...texts)

  it('are bytes as long as all characters are', () => {
    const texts = ['', 'plain', 'caf\xe9 \xff\x80\0', '']
    const { packed, texts: back } = roundTrip(...texts)
    expect(back).toEqual(texts)
    expect(packed.characters).toBeInstanceOf(Uint8Array)
  })

  it('are wider where one needs it, half of a pair included', () => {
    const texts = ['plain', 'Grüße 👋 ✓', '\ud83d', '\udc4b', 'caf\xe9']
    const { packed, texts: back } = roundTrip(...texts)
    expect(back).toEqual(texts)
    expect(packed.characters).toBeInstanceOf(Uint16Array)
  })

  it('leave a text alone that is long', () => {
    const texts = ['a', 'x'.repeat(16_000), 'é'.repeat(1_000_000), 'b']
    const { packed, texts: back } = roundTrip(...texts)
    expect(back).toEqual(texts)
    expect(packed.characters.length).toBe(16_002)
    expect([...packed.long.keys()]).toEqual([2])
  })

  it('are there before they are taken, however many', () => {
    const writer = makeWriter()
    const texts = Array.from({ length: 20_000 }, (_, index) => `${index}${index % 5000 === 0 ? ' ✓' : ''}`)
    for (const text of texts) writer.add(text)
    expect(texts.map((_, index) => writer.at(index))).toEqual(texts)
    const reader = new TextReader(writer.take())
    expect(texts.map((_, index) => reader.at(index))).toEqual(texts)
    writer.add('again')
    expect(writer.at(0)).toBe('again')
  })

  it('hold a name once, and begin anew when they are taken', () => {
    const writer = makeWriter()
    expect([writer.addName('ana'), writer.addName('ben'), writer.addName('ana')]).toEqual([0, 1, 0])
    expect(writer.at(1)).toBe('ben')
    writer.take()
    expect([writer.addName('ben'), writer.add('ben')]).toEqual([0, 1])
    const reader = new TextReader(writer.take())
    expect([reader.at(1), reader.at(0)]).toEqual(['ben', 'ben'])
  })
})

describe('a text of several parts', () => {
  it('is what the parts make, and parts can be taken back', () => {
    const lower = Uint8Array.from({ length: 128 }, (_, code) => (code >= 0x61 && code <= 0x7a ? 1 : 0))
    const writer = forgetful()
    writer.put('taken')
    writer.undo()
    writer.put('"')
    expect(writer.putOnly(lower, 'abc')).toBe(true)
    expect(writer.putOnly(lower, 'abC')).toBe(false)
    expect(writer.putOnly(lower, 'ab\xe9')).toBe(false)
    expect(writer.putOnly(lower, 'ab\u2713')).toBe(false)
    writer.put('✓')
    expect(writer.end()).toBe(0)
    writer.put('back')
    writer.undo()
    expect(writer.putOnly(lower, 'd'.repeat(10_000))).toBe(true)
    expect(writer.end()).toBe(1)
    expect(writer.add('e')).toBe(2)
    const reader = new TextReader(writer.take())
    expect([0, 1, 2].map((index) => reader.at(index))).toEqual(['"abc✓', 'd'.repeat(10_000), 'e'])
  })

  it('follows texts that were added before it was known that nobody asks for them', () => {
    const writer = new TextWriter()
    writer.add('one')
    writer.forget()
    writer.put('t')
    writer.put('wo')
    writer.end()
    expect(writer.at(1)).toBe('two')
    const reader = new TextReader(writer.take())
    expect([reader.at(0), reader.at(1)]).toEqual(['one', 'two'])
  })
})
