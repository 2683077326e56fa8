import net from 'node:net'
import { expect, it } from 'vitest'
import { freePorts } from './local-ports'

it('gives different ports, none of which systems hand out by themselves, and passes over those in use', async () => {
  const [taken] = await freePorts(1)
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(taken! + 1, '127.0.0.1', resolve))
  const ports = await freePorts(20)
  server.close()
  expect(new Set(ports).size).toBe(20)
  expect(ports).not.toContain(taken! + 1)
  for (const port of ports) expect(port).toBeLessThan(32_768)
})
