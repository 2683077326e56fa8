/** The periods by which a Sentinel goes, in ms. SENTINEL DEBUG shows and changes them. */
export class Timing {
  infoPeriod = 10_000
  pingPeriod = 1000
  askPeriod = 1000
  publishPeriod = 2000
  defaultDownAfter = 30_000
  defaultFailoverTimeout = 180_000
  tiltTrigger = 2000
  tiltPeriod = 30_000
  reconfigureTimeout = 10_000
  minLinkReconnectPeriod = 15_000
  electionTimeout = 10_000
  scriptMaxRuntime = 60_000
  scriptRetryDelay = 30_000
}

/** In the order in which SENTINEL DEBUG shows them. */
export const timingNames: readonly (readonly [name: string, field: keyof Timing])[] = [
  ['INFO-PERIOD', 'infoPeriod'],
  ['PING-PERIOD', 'pingPeriod'],
  ['ASK-PERIOD', 'askPeriod'],
  ['PUBLISH-PERIOD', 'publishPeriod'],
  ['DEFAULT-DOWN-AFTER', 'defaultDownAfter'],
  ['DEFAULT-FAILOVER-TIMEOUT', 'defaultFailoverTimeout'],
  ['TILT-TRIGGER', 'tiltTrigger'],
  ['TILT-PERIOD', 'tiltPeriod'],
  ['SLAVE-RECONF-TIMEOUT', 'reconfigureTimeout'],
  ['MIN-LINK-RECONNECT-PERIOD', 'minLinkReconnectPeriod'],
  ['ELECTION-TIMEOUT', 'electionTimeout'],
  ['SCRIPT-MAX-RUNTIME', 'scriptMaxRuntime'],
  ['SCRIPT-RETRY-DELAY', 'scriptRetryDelay'],
]

/** Sentinels that have voted, or begin a failover, wait up to so long more, lest all begin at once. */
export const DESYNC_MAX_MS = 1000
