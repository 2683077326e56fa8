import { choice, count, flag, text, type Parameter } from './parameter'

/** TLS is not simulated; these exist because CONFIG GET of a Redis that was built with TLS shows them. */
export const tlsParameters: readonly Parameter[] = [
  count('tls-port', 0, 0, 65535),
  count('tls-session-cache-size', 20480, 0),
  count('tls-session-cache-timeout', 300, 0),
  flag('tls-cluster', 'no'),
  flag('tls-replication', 'no'),
  choice('tls-auth-clients', 'yes', 'no yes optional'),
  flag('tls-prefer-server-ciphers', 'no'),
  flag('tls-session-caching', 'yes'),
  text('tls-cert-file'),
  text('tls-key-file'),
  text('tls-key-file-pass'),
  text('tls-client-cert-file'),
  text('tls-client-key-file'),
  text('tls-client-key-file-pass'),
  text('tls-dh-params-file'),
  text('tls-ca-cert-file'),
  text('tls-ca-cert-dir'),
  text('tls-protocols'),
  text('tls-ciphers'),
  text('tls-ciphersuites'),
]
