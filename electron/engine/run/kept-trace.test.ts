import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BatchWriter, unpackBatch, type TraceBatch } from '../../../shared/trace/batch'
import { KeptTrace } from './kept-trace'

/** A batch of notes, each of so many characters. */
function batchOf(writer: BatchWriter, firstSeq: number, lengths: readonly number[], letter = 'n'): TraceBatch {
  lengths.forEach((length, index) => {
    writer.add(firstSeq + index, index / 2, { type: 'note', cause: 0, text: letter.repeat(length) })
  })
  return writer.take(firstSeq)
}

const sizeOf = (batch: TraceBatch) => {
  const { types, times, causes, values, numbers, texts } = batch
  const columns = [types, times, causes, values, numbers, texts.characters, texts.ends]
  return columns.reduce((size, { byteLength }) => size + byteLength, 0)
}

it('gives back the latest batches as they were, whatever their sizes', () => {
  const anyBatches = fc.array(fc.array(fc.nat(300), { minLength: 1, maxLength: 40 }), { maxLength: 60 })
  fc.assert(
    fc.property(anyBatches, fc.integer({ min: 1, max: 400 }), (batches, eventsMax) => {
      const kept = new KeptTrace(eventsMax)
      const writer = new BatchWriter(7)
      const added: TraceBatch[] = []
      for (const [index, lengths] of batches.entries()) {
        const letter = ['a', 'ä', '…'][index % 3]!
        added.push(batchOf(writer, 1 + 1000 * index, lengths, letter))
        kept.add(added.at(-1)!)
      }
      const latest = [...kept.batches()]
      expect(latest).toEqual(added.slice(added.length - latest.length))
      const count = (some: readonly TraceBatch[]) => some.reduce((sum, batch) => sum + batch.count, 0)
      const one = added.at(-latest.length - 1)
      // The last one is kept however large it is, and no batch goes as long as there is room for it.
      expect(latest.length === Math.min(added.length, 1) || count(latest) <= eventsMax).toBe(true)
      if (one && latest.length > 0) expect(count(latest) + one.count).toBeGreaterThan(eventsMax)
    }),
  )
})

it('keeps no more bytes than it may, and says of later ones what they were', () => {
  const writer = new BatchWriter(1)
  const size = sizeOf(batchOf(writer, 1, [100, 100]))
  const kept = new KeptTrace(Infinity, size * 10)
  for (let index = 0; index < 35; index++) {
    kept.add(batchOf(writer, 1 + 2 * index, [100, 100]))
    expect([...kept.batches()]).toHaveLength(Math.min(index + 1, 10))
  }
  const events = [...kept.batches()].flatMap(unpackBatch)
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => 51 + index))
  kept.add(
    batchOf(
      writer,
      71,
      Array.from({ length: 100 }, () => 100),
    ),
  )
  expect([...kept.batches()]).toEqual([])
  kept.add(batchOf(writer, 171, [5]))
  expect([...kept.batches()].flatMap(unpackBatch).map(({ seq }) => seq)).toEqual([171])
})

it('keeps texts that are too long to stand among others', () => {
  const kept = new KeptTrace()
  kept.add(batchOf(new BatchWriter(1), 1, [100_000]))
  expect(unpackBatch([...kept.batches()][0]!)).toMatchObject([{ text: 'n'.repeat(100_000) }])
})
