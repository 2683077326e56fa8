import { networkInterfaces } from 'node:os'

/**
 * Whether every address of 127.0.0.0/8 is this machine's, so that machines of a local deployment can have one each.
 * Linux has it so; other systems have 127.0.0.1 alone.
 */
export function canHaveAddresses(): boolean {
  const loopback = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return process.platform === 'linux' && loopback.some(({ cidr }) => cidr === '127.0.0.1/8')
}
