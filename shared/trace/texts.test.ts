import { describe, expect, it } from 'vitest'
import { TextReader, TextWriter } from './texts'

const roundTrip = (...texts: string[]) => {
  const writer = new TextWriter()
  const indexes = texts.map((text) => writer.add(text))
  const packed = writer.take()
  const reader = new TextReader(packed)
  return { packed, texts: indexes.map((index) => reader.at(index)) }
}

describe('packed texts', () => {
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
    const writer = new TextWriter()
    const texts = Array.from({ length: 20_000 }, (_, index) => `${index}${index % 5000 === 0 ? ' ✓' : ''}`)
    for (const text of texts) writer.add(text)
    expect(texts.map((_, index) => writer.at(index))).toEqual(texts)
    const reader = new TextReader(writer.take())
    expect(texts.map((_, index) => reader.at(index))).toEqual(texts)
    writer.add('again')
    expect(writer.at(0)).toBe('again')
  })

  it('hold a name once, and begin anew when they are taken', () => {
    const writer = new TextWriter()
    expect([writer.addName('ana'), writer.addName('ben'), writer.addName('ana')]).toEqual([0, 1, 0])
    expect(writer.at(1)).toBe('ben')
    writer.take()
    expect([writer.addName('ben'), writer.add('ben')]).toEqual([0, 1])
    const reader = new TextReader(writer.take())
    expect([reader.at(1), reader.at(0)]).toEqual(['ben', 'ben'])
  })
})
