/** What a node in a cluster does and finds out, for those who watch. Nodes are named by their ids. */
import type { SlotRange } from './slot-bitmap'

export type ClusterEvent =
  | { readonly kind: 'node-met'; readonly about: string; readonly address: string }
  | {
      readonly kind: 'node-forgotten'
      readonly about: string
      readonly why: 'forgotten' | 'handshake timed out' | 'reset'
    }
  /** It does not answer: PFAIL. */
  | { readonly kind: 'node-suspected'; readonly about: string }
  | { readonly kind: 'suspicion-cleared'; readonly about: string }
  /** FAIL: by the reports that this node has counted, or since another one has said so (`from`). */
  | {
      readonly kind: 'node-failed'
      readonly about: string
      readonly reports?: number
      readonly needed?: number
      readonly from?: string
    }
  | { readonly kind: 'failure-cleared'; readonly about: string }
  | {
      readonly kind: 'election-scheduled'
      readonly primary: string
      readonly delayMs: number
      readonly fixedMs: number
      readonly randomMs: number
      readonly rank: number
      readonly offset: number
    }
  /** Another replica has more data, so this one waits longer. */
  | { readonly kind: 'election-delayed'; readonly addedMs: number; readonly rank: number }
  | { readonly kind: 'election-started'; readonly primary: string; readonly epoch: number; readonly needed: number }
  | { readonly kind: 'vote-granted'; readonly to: string; readonly epoch: number }
  | { readonly kind: 'vote-denied'; readonly to: string; readonly epoch: number; readonly why: VoteDenial }
  | {
      readonly kind: 'vote-received'
      readonly from: string
      readonly epoch: number
      readonly votes: number
      readonly needed: number
    }
  | { readonly kind: 'election-won'; readonly epoch: number; readonly votes: number }
  | { readonly kind: 'election-lost'; readonly epoch: number; readonly why: 'expired' | 'not needed any more' }
  /** Why a replica does not stand for election although its primary has failed; told when the reason changes. */
  | { readonly kind: 'failover-prevented'; readonly why: 'data too old' }
  | { readonly kind: 'manual-failover'; readonly step: 'requested' | 'paused' | 'offset matched' | 'timed out' }
  | { readonly kind: 'promoted'; readonly inPlaceOf?: string; readonly epoch: number }
  /** This node follows a primary: since it was told to, since its slots went there, or to help an orphan. */
  | { readonly kind: 'demoted' | 'reconfigured'; readonly to: string }
  | {
      readonly kind: 'slots-moved'
      readonly ranges: readonly SlotRange[]
      readonly from: string | undefined
      readonly to: string | undefined
      readonly epoch: number
    }
  | { readonly kind: 'slot-migrating' | 'slot-importing'; readonly slot: number; readonly peer: string }
  | { readonly kind: 'slot-stable'; readonly slot: number }
  | { readonly kind: 'state-changed'; readonly state: 'ok' | 'fail'; readonly why: StateReason }
  | { readonly kind: 'epoch-bumped'; readonly epoch: number; readonly why: EpochReason }

export type VoteDenial =
  | 'older epoch'
  | 'already voted'
  | 'it is a primary'
  | 'its primary is unknown'
  | 'its primary is up'
  | 'voted for its primary lately'
  | 'its slots are older'

export type StateReason = 'all slots are served' | 'a slot is not served' | 'the majority is out of reach'

export type EpochReason = 'import' | 'takeover' | 'collision' | 'asked for' | 'election'
