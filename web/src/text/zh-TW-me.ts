/** Words of a person's own pages. */
export const meTextZh = {
  actsTitle: '我的紀錄',
  actsLead: '帳冊上關於您的每一個動作，與查核人員看到的相同。有不是您做的動作，請立即通知資安單位。',
}
