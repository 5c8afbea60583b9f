import type { ChangeFailure } from '../../changes/port.ts'
import { problem, type Reply } from '../../edge/route.ts'

const WORDS = {
  'same-person': {
    zh: '提出變更的人不得核准或退回自己的變更。',
    en: 'Whoever proposes a change does not decide on it.',
  },
  ended: { zh: '此變更已決定、撤回或逾期。', en: 'This change was decided, withdrawn, or has expired.' },
  stale: {
    zh: '提出之後，現況已經改變；此變更已作廢，請重新提出。',
    en: 'What it was proposed against has changed; it is void. Propose it again.',
  },
  foreign: {
    zh: '此變更及於您未服務的機關，須由全縣之職務辦理。',
    en: 'It reaches agencies you do not serve; an office above the agencies has to do it.',
  },
  'no-slip': {
    zh: '沒有可領取的內容：尚未核准、已領取過，或應由另一人領取。',
    en: 'There is nothing to fetch: not approved, fetched before, or for the other person.',
  },
  'reason-missing': { zh: '退回須說明理由，至少六個字。', en: 'Say why you refuse, in six characters or more.' },
} as const

/** Why a change was not proposed, decided or fetched, in words. */
export function changeRefusal(failure: ChangeFailure): Reply {
  if (failure.code === 'unknown') return problem('not-found')
  if (failure.code === 'presence-refused') return problem('presence-refused')
  return problem('change-refused', failure.code === 'refused' ? failure.words : WORDS[failure.code])
}
