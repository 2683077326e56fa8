/** What happens between a primary and its replicas, for whoever watches a node. Addresses are `host:port`. */
export type ReplicationEvent =
  /** A replica gets the whole data set, as it is at `offset`. */
  | { readonly kind: 'full-sync'; readonly replica: string; readonly offset: number; readonly bytes: number }
  /** A replica goes on after `from`, with what the backlog has kept. */
  | { readonly kind: 'partial-sync'; readonly replica: string; readonly from: number; readonly bytes: number }
  /** This node has loaded its primary's data set, or has gone on where it was, and follows from now on. */
  | { readonly kind: 'link-up'; readonly primary: string; readonly offset: number }
  | { readonly kind: 'link-down'; readonly primary: string; readonly why: string }
  /** Another role: a replica was promoted, a primary now follows somebody. */
  | { readonly kind: 'role'; readonly role: 'primary' | 'replica'; readonly primary: string }
  /** The data set, a history's up to `to`, was replaced by the primary's, whose history is at `offset`. */
  | {
      readonly kind: 'discarded'
      readonly history: string
      readonly to: number
      readonly offset: number
      readonly primary: string
    }
