import type { SafeStorage } from 'electron'
import type { SecretKeeper } from './connections'

/**
 * Electron's safeStorage as a keeper. On a Linux without a keyring it would encrypt with a password that stands in its
 * source code: that hides nothing, and counts as none.
 */
export function systemKeeper(
  storage: Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> & {
    // Newer Electrons only, and only on Linux.
    getSelectedStorageBackend?: () => string
  },
  platform: string = process.platform,
): SecretKeeper {
  const hidesNothing = () => platform === 'linux' && storage.getSelectedStorageBackend?.() === 'basic_text'
  return {
    isAvailable: () => storage.isEncryptionAvailable() && !hidesNothing(),
    encrypt: (text) => storage.encryptString(text),
    decrypt: (bytes) => storage.decryptString(bytes),
  }
}
