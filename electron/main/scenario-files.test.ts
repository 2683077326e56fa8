import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readScenarioFile, fileArguments } from './scenario-files'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventyard-scenarios-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('finds files among the arguments, from the folder in which they were typed', () => {
  const argv = [
    '/opt/electron',
    '/checkout',
    '--no-sandbox',
    '--file=x.yaml',
    'mine.yaml',
    '/abs/other.YML',
    'a.txt',
    'b.eventyard',
  ]
  expect(fileArguments(argv, '/home/ana')).toEqual(['/home/ana/mine.yaml', '/abs/other.YML', '/home/ana/b.eventyard'])
})

it('reads a file as its name and its text', async () => {
  const file = join(folder, 'mine.yaml')
  writeFileSync(file, 'name: 聊天室\n')
  expect(await readScenarioFile(file)).toEqual({ name: 'mine.yaml', text: 'name: 聊天室\n' })
})

it('says what is wrong with a file that it cannot read', async () => {
  const read = (name: string, content?: string | Uint8Array) => {
    if (content !== undefined) writeFileSync(join(folder, name), content)
    return readScenarioFile(join(folder, name))
  }
  await expect(read('none.yaml')).rejects.toMatchObject({ code: 'scenario.unreadable' })
  await expect(read('latin.yaml', Uint8Array.of(0x6e, 0xe4))).rejects.toThrow('it is not UTF-8 text')
  await expect(read('large.yaml', 'x'.repeat(1_000_001))).rejects.toMatchObject({ code: 'scenario.too-large' })
  await expect(read('run.eventyard', '{}')).rejects.toThrow('plays scenarios')
  await expect(read('../' + basename(folder))).rejects.toMatchObject({ code: 'scenario.unreadable' })
})
