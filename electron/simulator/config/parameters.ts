export interface Parameter {
  readonly name: string
  readonly alias?: string
  readonly initial: string
}
export const parameters: readonly Parameter[] = [
  { name: 'requirepass', initial: '' },
  { name: 'maxclients', initial: '10000' },
  { name: 'databases', initial: '16' },
  { name: 'hz', initial: '10' },
  { name: 'notify-keyspace-events', initial: '' },
  { name: 'proto-max-bulk-len', initial: '536870912' },
]
