import { asInstallation } from '../../src/base/tenant.ts'
import type { Database } from '../../src/database/database.ts'
import { PASSKEY_ROLES } from '../../src/identity/stated-means.ts'

/**
 * Stands for the passkey that posts who reveal or approve need: everybody of them has one, and has used it in every
 * session there is. For tests of what comes after a sign-in; the sign-in itself is in test/identity and test/browser.
 */
export async function passKeys({ upkeep }: Database): Promise<void> {
  await asInstallation(async () => {
    await upkeep.query(
      `INSERT INTO passkey (credential_id, account, public_key, counter, name, created_at)
       SELECT 'test-' || account, account, '\\x00', 0, 'test', now() FROM account WHERE role = ANY ($1)
       ON CONFLICT DO NOTHING`,
      [PASSKEY_ROLES],
    )
    await upkeep.query('UPDATE session SET passkey_due = false WHERE passkey_due')
  })
}
