import { problem, type Reply } from '../../edge/route.ts'

/** Why the present password was not taken. */
export const CONFIRM = {
  wrong: {
    zh: '目前的密碼不正確；連續五次錯誤將結束登入並鎖定帳號十五分鐘。',
    en: 'The present password is wrong; five failures end this session and lock the account for fifteen minutes.',
  },
  locked: {
    zh: '密碼錯誤次數過多，帳號已暫時鎖定，這次登入已結束。',
    en: 'Too many wrong passwords: the account is locked for now and this session has ended.',
  },
  unavailable: {
    zh: '機關的帳號目錄目前沒有回應，請稍後再試。',
    en: 'The directory of the agency does not answer; try again later.',
  },
  none: {
    zh: '此帳號的密碼不在本系統，請向管理機關帳號的單位變更。',
    en: 'This account has no password here; change it where the agency keeps it.',
  },
} as const

/** After the last wrong password there is no session any more. */
export const sessionEnded = (): Reply => problem('not-signed-in', CONFIRM.locked)
