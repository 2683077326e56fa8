import { describe, expect, it } from 'vitest'
import { fieldsOf, jobRoles, kindsOf, newJobForm, problemsOf, specOf, type JobForm } from './job-actor-form'

const filled = (part: Partial<JobForm> = {}): JobForm => ({
  ...newJobForm(),
  ...{ queue: 'orders', from: 'later', to: 'orders' },
  ...part,
})

describe('the form of actors around queues', () => {
  it('gives what the schema of scenarios takes, for every role and kind of queue', () => {
    for (const role of jobRoles) {
      for (const kind of kindsOf(role)) expect([...problemsOf(role, filled({ kind }))], `${role} ${kind}`).toEqual([])
    }
  })

  it('says at which field something is wrong, and only at fields that are there', () => {
    const wrong: [(typeof jobRoles)[number], Partial<JobForm>, keyof JobForm][] = [
      ['producer', { queue: '' }, 'queue'],
      ['consumer', { work: 'soon' }, 'work'],
      ['consumer', { count: 0 }, 'count'],
      ['mover', { to: '' }, 'to'],
      ['reclaimer', { queue: '' }, 'queue'],
      ['trigger', { on: 'whenever' }, 'on'],
      ['trigger', { act: '' }, 'act'],
    ]
    for (const [role, part, field] of wrong) {
      const form = filled(part)
      expect([...problemsOf(role, form).keys()], `${role} ${field}`).toEqual([field])
      expect(fieldsOf(role, form)).toContain(field)
    }
  })

  it('sends a rate only where there is one: without it jobs are added by hand', () => {
    expect(specOf('producer', filled({ rate: 0 }))).not.toHaveProperty('rate')
    expect(specOf('producer', filled({ rate: 5, kind: 'stream' }))).toMatchObject({ stream: 'orders', rate: '5/s' })
  })
})
