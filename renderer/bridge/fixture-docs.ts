import type { CommandDoc } from '../../shared/console/console-types'

const basics = {
  since: '1.0.0',
  complexity: 'O(1)',
  arity: -2,
  flags: ['fast'],
  acl: ['fast'],
  history: [],
  isContainer: false,
}

/** A few commands as Redis documents them, for the fixture's console. */
export const fixtureDocs: readonly CommandDoc[] = [
  {
    ...basics,
    name: 'GET',
    summary: 'Get the value of a key',
    group: 'string',
    arguments: [{ name: 'key', type: 'key' }],
  },
  {
    ...basics,
    name: 'SET',
    summary: 'Set the string value of a key',
    group: 'string',
    arguments: [
      { name: 'key', type: 'key' },
      { name: 'value', type: 'string' },
      {
        name: 'condition',
        type: 'oneof',
        flags: ['optional'],
        arguments: [
          { name: 'nx', type: 'pure-token', token: 'NX' },
          { name: 'xx', type: 'pure-token', token: 'XX' },
        ],
      },
      { name: 'get', type: 'pure-token', token: 'GET', flags: ['optional'] },
      {
        name: 'expiration',
        type: 'oneof',
        flags: ['optional'],
        arguments: [
          { name: 'seconds', type: 'integer', token: 'EX' },
          { name: 'milliseconds', type: 'integer', token: 'PX' },
        ],
      },
    ],
  },
  { ...basics, name: 'SETEX', summary: 'Set the value and expiration of a key', group: 'string', arguments: [] },
  {
    ...basics,
    name: 'DEL',
    summary: 'Delete a key',
    group: 'generic',
    arguments: [{ name: 'key', type: 'key', flags: ['multiple'] }],
  },
  { ...basics, name: 'CLIENT', summary: 'A container', group: 'connection', arguments: [], isContainer: true },
  { ...basics, name: 'CLIENT ID', summary: 'Get the id of the connection', group: 'connection', arguments: [] },
  {
    ...basics,
    name: 'CLIENT KILL',
    summary: 'Kill a connection',
    group: 'connection',
    arguments: [{ name: 'ip:port', type: 'string', flags: ['optional'] }],
  },
]
