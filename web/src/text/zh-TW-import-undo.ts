/** Words of undoing an import, and of how one was read. */
export const importUndoTextZh = {
  start: '提出撤銷…',
  title: '提出撤銷此匯入',
  lead: '撤銷須由另一人核准。核准後移除此匯入載入的各列，下一次勾稽即不再以其判定；原始檔仍加密保存，可再次匯入。',
  reason: '撤銷事由',
  reasonNote: '至少六個字，留存紀錄。',
  cancel: '取消',
  send: '提出',
  withdrawn: '撤銷核准',
  mapping: '欄位對應',
} as const
