export { as, conversation, raw, type Conversation, type Step } from '../conversation'
export * from '../normalisers'
