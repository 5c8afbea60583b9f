import type { Problem } from '../wire/session.ts'

/** Every way a request can be refused, with its status and words. The caller shows `advice` to the person. */
const PROBLEMS = {
  'not-signed-in': [
    401,
    '尚未登入或登入已逾時。',
    'Not signed in, or the session has ended.',
    '請重新登入。',
    'Sign in again.',
  ],
  'sign-in-refused': [
    401,
    '帳號或密碼不正確，或帳號已暫時鎖定。',
    'Wrong account or password, or the account is locked for now.',
    '請再試一次；連續五次錯誤將鎖定十五分鐘。',
    'Try again; five failures lock the account for fifteen minutes.',
  ],
  'sign-in-unavailable': [
    503,
    '無法登入：帳號或密碼不正確，或機關的帳號目錄目前沒有回應。',
    'Not signed in: wrong account or password, or the directory of the agency does not answer.',
    '請稍後再試；持續發生時，請通知資訊單位。',
    'Try again later; if it goes on, tell the IT office.',
  ],
  'sign-in-first-key': [
    403,
    '此職務須先在本系統登錄通行密鑰，才能以機關的登入方式進入。',
    'Your post needs a passkey here before it is entered by the agency’s own sign-in.',
    '請以當面交付的一次性密碼登入並登錄；沒有密碼者，請資訊或資安單位提出「登入方式」變更。',
    'Sign in with the one-time password handed to you and register one; without it, ask IT or security for a change of means.',
  ],
  'first-passkey-needed': [
    403,
    '您的職務須先登錄通行密鑰。',
    'Your post needs a passkey first.',
    '請登錄這部裝置；登錄前不開放其他功能。',
    'Register this device; nothing else is open before.',
  ],
  'presence-needed': [
    409,
    '請先以已登錄的通行密鑰確認是您本人。',
    'Confirm with a passkey you have that it is you.',
    '確認後五分鐘內再做一次。',
    'Then do it again within five minutes.',
  ],
  'passkey-needed': [
    401,
    '請以通行密鑰完成登入。',
    'Use your passkey to finish signing in.',
    '請依瀏覽器指示操作。',
    'Follow what your browser asks.',
  ],
  'password-change-needed': [
    403,
    '首次登入須先變更密碼。',
    'The password was set for you; change it first.',
    '請到「我的帳號」變更密碼。',
    'Change it under “My account”.',
  ],
  'presence-refused': [
    403,
    '無法以通行密鑰確認是您本人。',
    'The passkey did not confirm that it is you.',
    '請再試一次；尚無通行密鑰者，請先到「我的帳號」登錄。',
    'Try again; without a passkey, register one under “My account” first.',
  ],
  'record-changed': [
    409,
    '這筆紀錄與封存時不同，不予顯示。',
    'This record is not what was sealed; it is not shown.',
    '已列入「帳冊」頁的差異；請政風、資安單位保全資料庫並查明。',
    'It stands among the differences on the ledger page: the ethics and security offices secure the database and look into it.',
  ],
  'gate-refused': [
    409,
    '這項申請目前不能送出。',
    'This cannot be done now.',
    '請依說明處理後再試。',
    'Follow the explanation and try again.',
  ],
  'change-refused': [
    409,
    '這項變更不能提出或核准。',
    'This change cannot be proposed or decided on.',
    '請依說明處理後再試。',
    'Follow the explanation and try again.',
  ],
  forbidden: [
    403,
    '您的職務不能執行此動作。',
    'Your post may not do this.',
    '如業務需要，請洽政風或資訊單位。',
    'If your work needs it, ask the ethics or IT office.',
  ],
  'bad-csrf': [
    403,
    '此請求未帶有您的工作階段憑證。',
    'The request did not carry your session token.',
    '請重新整理頁面後再試。',
    'Reload the page and try again.',
  ],
  'bad-host': [
    421,
    '此位址不是本系統的位址。',
    'This host name is not served here.',
    '請使用啟動時顯示的網址。',
    'Use the address printed at start.',
  ],
  'not-found': [
    404,
    '查無此資料。',
    'Not found.',
    '請回上一頁，或由清單重新開啟。',
    'Go back, or open it from the list.',
  ],
  'settle-refused': [
    409,
    '不能結案。',
    'Nothing was settled.',
    '請另一位有權限者辦理，或先查明帳冊狀態。',
    'Let somebody else who may do it, or look first how the ledger stands.',
  ],
  'erasure-refused': [
    409,
    '不能銷毀。',
    'Nothing was erased.',
    '請依說明處理後再申請。',
    'Follow the explanation and ask again.',
  ],
  'row-changed': [
    409,
    '保存的原始檔與匯入時的紀錄不符。',
    'The kept file no longer makes the root recorded at its import.',
    '請停止使用該檔並通知政風與資安單位。',
    'Stop using the file and tell the ethics and security offices.',
  ],
  'archive-missing': [
    409,
    '找不到保存的原始檔，無法顯示；未顯示任何內容。',
    'The kept file is missing; nothing was shown.',
    '請通知資訊單位由備份還原 archive/ 之檔案後再試。',
    'Ask the IT office to restore it to archive/ from a backup, then try again.',
  ],
  'archive-damaged': [
    409,
    '保存的原始檔毀損，或與金鑰不符，無法顯示；未顯示任何內容。',
    'The kept file is damaged, or sealed with another key; nothing was shown.',
    '請通知資訊及資安單位，由備份還原 archive/ 之檔案或 archive.key 後再試。',
    'Tell the IT and security offices; restore the file in archive/, or archive.key, from a backup, then try again.',
  ],
  'bad-request': [
    400,
    '請求的內容不完整或格式不符。',
    'The request is incomplete or malformed.',
    '請檢查輸入後再試。',
    'Check the input and try again.',
  ],
  'too-large': [
    413,
    '檔案超過上限。',
    'The file is over the limit.',
    '請分批匯入，或改用命令列。',
    'Import in parts, or use the command line.',
  ],
  'too-many-rows': [
    422,
    '資料列數超過這種檔案的上限。',
    'There are more rows than this kind of file holds.',
    '請縮小篩選範圍，或改用 CSV。',
    'Narrow the filter, or take CSV.',
  ],
  'too-many': [429, '請求過於頻繁。', 'Too many requests.', '請稍候再試。', 'Wait a little and try again.'],
  'import-refused': [
    422,
    '無法匯入此檔案。',
    'The file cannot be imported.',
    '請依說明修正後再試。',
    'Fix it as described and try again.',
  ],
  busy: [409, '另一項作業正在進行。', 'Another job is running.', '請等它完成後再試。', 'Wait until it has finished.'],
  'font-missing': [
    503,
    '本機沒有可用的中文字型，無法產生 PDF。',
    'No Chinese font on this machine, so no PDF.',
    '請安裝 fonts-noto-cjk 後再試，或改用列印。',
    'Install fonts-noto-cjk, or print the page instead.',
  ],
  unavailable: [
    503,
    '目前無法寫入紀錄，為免留下無紀錄的查詢，動作已停止。',
    'The record could not be written, so nothing was shown.',
    '請通知資訊單位並附上參考代號。',
    'Tell the IT office the reference.',
  ],
  'store-unavailable': [
    503,
    '資料庫暫時無法使用；這次的動作沒有完成，也沒有顯示任何資料。',
    'The database cannot be used for the moment; this was not done, and nothing was shown.',
    '請稍候再試；持續發生時，請通知資訊單位並附上參考代號。',
    'Try again in a moment; if it goes on, tell the IT office the reference.',
  ],
  'ledger-refused': [
    503,
    '事件帳冊目前拒絕寫入，為免留下無紀錄的查詢，查詢、顯示姓名、匯出與調閱均已停止。',
    'The event ledger refuses to write, so nothing is shown, revealed or exported.',
    '請政風、資安與資訊單位到「帳冊」頁查明原因後處理。',
    'The ethics, security and IT offices look at the ledger page for the reason.',
  ],
  'analytics-damaged': [
    503,
    '分析資料庫損毀，暫停顯示查詢紀錄與判定，也不接受匯入。',
    'The analytic store is damaged: accesses and verdicts are not shown and nothing is imported.',
    '請資訊單位停止程式後執行 bin/shoumi rebuild analytics；原始檔仍在，可以重建。',
    'The IT office stops the program and runs bin/shoumi rebuild analytics; the files are kept and it can be rebuilt.',
  ],
  internal: [
    500,
    '系統發生未預期的錯誤。',
    'Something unexpected went wrong.',
    '請通知資訊單位並附上參考代號。',
    'Tell the IT office the reference.',
  ],
} as const satisfies Record<string, readonly [number, string, string, string, string]>

export type ProblemCode = keyof typeof PROBLEMS

export const statusOf = (code: ProblemCode): number => PROBLEMS[code][0]

/** What is known of a refusal beyond its code: its reason, and where that differs what to do about it. It holds no personal value. */
export interface ProblemDetail {
  readonly zh: string
  readonly en: string
  readonly advice?: { readonly zh: string; readonly en: string }
}

/** The body of a refusal. `detail` replaces the general words where the reason is known. */
export function problemBody(code: ProblemCode, reference: string, detail?: ProblemDetail): Problem {
  const [, message, messageEn, advice, adviceEn] = PROBLEMS[code]
  return {
    code,
    message: detail?.zh ?? message,
    messageEn: detail?.en ?? messageEn,
    advice: detail?.advice?.zh ?? advice,
    adviceEn: detail?.advice?.en ?? adviceEn,
    reference,
  }
}
