import { infoSections, sentinelSections, type InfoSection } from '../node/info-sections'
import type { Handler } from '../node/command-spec'
import { cString, lower } from '../node/errors'
import { bulk, verbatim } from '../resp/reply'

/** `INFO [section ...]`: the sections asked for, in Redis's order. Unknown names add nothing. */
export const info: Handler = ({ node, argv }) => {
  const wanted = new Set(argv.slice(1).map((name) => lower(cString(name))))
  const isWanted = ({ name, inDefault, inAll }: InfoSection) =>
    wanted.has(name) ||
    wanted.has('everything') ||
    (inAll && wanted.has('all')) ||
    (inDefault && (wanted.size === 0 || wanted.has('default')))
  const texts = (node.sentinel ? sentinelSections : infoSections).filter(isWanted).map(
    ({ title, fields }) =>
      `# ${title}\r\n${fields(node)
        .map(([name, value]) => `${name}:${value}\r\n`)
        .join('')}`,
  )
  const whole = texts.join('\r\n')
  return node.sentinel ? bulk(whole) : verbatim('txt', whole)
}
