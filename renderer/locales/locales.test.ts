import { describe, expect, it } from 'vitest'
import { errorCodes, errorTemplate } from '../../shared/errors'
import { lossReasons, typeNames } from '../../shared/trace/event-types'
import { eventKey } from '../trace/describe'
import en from './en.json'
import zh from './zh-CN.json'

type Tree = { readonly [key: string]: Tree | string }

function leaves(tree: object, path = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(tree as Tree)) {
    if (typeof value === 'string') all.set(path + key, value)
    else for (const [inner, text] of leaves(value, `${path}${key}.`)) all.set(inner, text)
  }
  return all
}

const languages = { en: leaves(en), 'zh-CN': leaves(zh) }
const placeholders = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort()

describe('messages', () => {
  it('exist in both languages, with the same values in them', () => {
    expect([...languages['zh-CN'].keys()].sort()).toEqual([...languages.en.keys()].sort())
    for (const [key, text] of languages.en) {
      expect(placeholders(languages['zh-CN'].get(key)!), key).toEqual(placeholders(text))
      expect(text.trim(), key).not.toBe('')
    }
  })

  it.each(Object.entries(languages))('say every error in %s', (_language, messages) => {
    for (const code of errorCodes) {
      const key = `errors.${code.replaceAll('.', '_').replaceAll('-', '_')}`
      const { message, hint } = errorTemplate(code)
      expect(placeholders(messages.get(`${key}.message`) ?? ''), code).toEqual(placeholders(message))
      expect(placeholders(messages.get(`${key}.hint`) ?? ''), code).toEqual(placeholders(hint))
      expect(messages.has(`${key}.message`), code).toBe(true)
    }
  })

  it.each(Object.entries(languages))('name every event and every loss in %s', (_language, messages) => {
    for (const type of typeNames) expect(messages.has(eventKey(type)), type).toBe(true)
    for (const why of lossReasons) {
      expect(messages.has(`losses.${why}`), why).toBe(true)
      expect(messages.has(`lossReasons.${why}`), why).toBe(true)
    }
  })

  it('keep the English of an error equal to what the command line says', () => {
    for (const code of errorCodes) {
      const key = `errors.${code.replaceAll('.', '_').replaceAll('-', '_')}`
      expect(languages.en.get(`${key}.message`)?.replace(/\{'(.)'\}/g, '$1')).toBe(errorTemplate(code).message)
    }
  })
})
