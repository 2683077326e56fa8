import type { Speed } from '../../../../shared/contract'

export const speeds: readonly Speed[] = [0.01, 0.1, 1, 10, 'max']
