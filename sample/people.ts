import { completeUnifiedNumber } from '../src/base/taiwan-id.ts'
import { mix } from './random.ts'

const SURNAMES = '陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾游彭詹胡施沈'
const FIRST = '雲山石泉松柏青岳峰溪谷嵐晴曉明文思景安和靜雅志宏建國淑惠美玉秀怡欣佳柔瑞承彥柏宇冠廷'
const SECOND = '川谷溪雲嵐月星風澄泓沛霖岑峻崧喬楷樺榆棠芸芷苓蓉薇珊琪瑤璇琳瑜珍華英芬芳玲鈴雯霞娟'
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'
const BUSINESS = [
  '雲嶺',
  '山禾',
  '溪口',
  '石門',
  '青田',
  '松濤',
  '柏林',
  '泉源',
  '嵐光',
  '谷豐',
  '晴川',
  '岳泰',
  '曉峰',
  '景和',
  '安瀾',
  '明澤',
]
const TRADES = ['工程', '食品', '物流', '機械', '建設', '資訊', '紡織', '貿易', '餐飲', '印刷']

const IDS_PER_LETTER = 10_000_000

/** The national ID of person `index`: valid, unique, fictional. */
export function personId(index: number): string {
  const place = (Math.floor(index / IDS_PER_LETTER) + (mix(index, 7) % 20)) % LETTERS.length
  const sex = mix(index, 3) % 2 === 0 ? 1 : 2
  const serial = index % IDS_PER_LETTER
  // The check digit as src/base/taiwan-id.ts defines it, in numbers: half a county's time went into taking texts apart.
  let sum = Math.floor((place + 10) / 10) + ((place + 10) % 10) * 9 + sex * 8
  for (let rest = serial, weight = 1; weight <= 7; weight++, rest = Math.floor(rest / 10)) sum += (rest % 10) * weight
  return `${LETTERS[place]}${sex}${String(IDS_PER_LETTER + serial).slice(1)}${(10 - (sum % 10)) % 10}`
}

/** The name of person `index`: drawn from syllables, borne by nobody in particular. */
export function personName(index: number): string {
  const at = (text: string, salt: number) => text[mix(index, salt) % text.length] ?? ''
  return at(SURNAMES, 11) + at(FIRST, 13) + at(SECOND, 17)
}

const companyIds = new Map<number, string>()
// Companies are few; each is asked for often.
export function companyId(index: number): string {
  let id = companyIds.get(index)
  if (id === undefined) {
    id = completeUnifiedNumber(String(1_000_000 + (index % 9_000_000)))
    companyIds.set(index, id)
  }
  return id
}
export const companyName = (index: number): string =>
  `${BUSINESS[mix(index, 19) % BUSINESS.length]}${TRADES[mix(index, 23) % TRADES.length]}股份有限公司`
/** Section and parcel number. */
export const parcelId = (index: number): string =>
  `雲山段${String(1 + (index % 40)).padStart(2, '0')}小段${String(Math.floor(index / 40)).padStart(4, '0')}地號`
export const streetOf = (household: number): string =>
  `雲山縣雲山市${['中山', '中正', '民生', '文化', '和平', '復興'][household % 6]}路${1 + (mix(household, 29) % 300)}號${1 + (household % 9)}樓`
export const neighbourhoodOf = (household: number): string =>
  `雲山市${['東', '西', '南', '北', '中'][Math.floor(household / 8) % 5]}里${1 + (mix(Math.floor(household / 8), 31) % 30)}鄰`
