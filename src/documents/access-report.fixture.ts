import type { AccessPage, DayItem } from '../wire/access.ts'

const ACCESS = '7c1e0412a3b4c5d6e7f8091a2b3c4d5e'
const at = (time: string): string => `2026-09-03T${time}:00+08:00`
const bar = (from: string, to: string, label: string, tone: DayItem['tone']): DayItem => ({
  starts: at(from),
  ends: at(to),
  label,
  tone,
  accessId: null,
  verdict: null,
})
const point = (time: string, label: string, tone: DayItem['tone']): DayItem => ({
  starts: at(time),
  ends: null,
  label,
  tone,
  accessId: null,
  verdict: null,
})
const look = (time: string, verdict: DayItem['verdict'], accessId: string): DayItem => ({
  starts: at(time),
  ends: null,
  label: '',
  tone: 'neutral',
  accessId,
  verdict,
})

/** A false patrol claim, as the reconcile slice would hand it over. */
export const patrolPage: AccessPage = {
  row: {
    accessId: ACCESS,
    verdict: 'contradicted',
    rank: 30,
    rules: [],
    sourceId: '1',
    score: 86,
    at: at('14:02'),
    agency: 'police',
    agencyName: '雲山縣警察局第二分局',
    system: 'mpolice',
    systemName: '警用行動查詢系統',
    officer: 'police:0412',
    officerLabel: '員警 0412',
    unit: '松林派出所',
    title: '警員',
    purpose: '巡邏盤查可疑女子',
    caseNo: '115偵00423',
    subjectKind: '自然人',
    subjectLabel: '7F3A‥C21',
    why: '所稱盤查查無紀錄',
    whyEn: 'The claimed stop check has no record',
  },
  sentence:
    '員警 0412 於 9 月 3 日 14:02 以「巡邏盤查可疑女子」查詢 7F3A‥C21；所稱盤查查無紀錄，當時登入者為派出所終端機。',
  sentenceEn:
    'Officer 0412 queried 7F3A‥C21 claiming a patrol stop; no such stop is on record and the terminal was at the station.',
  summary: '三項紀錄與所載事由相牴觸，無任何佐證支持。',
  summaryEn: 'Three records contradict the claim; none supports it.',
  rank: 2,
  terminal: 'PC-03',
  action: '查詢',
  queryKind: '姓名',
  fields: ['基本資料', '刑案紀錄', '駕籍', '相片'],
  rowCount: 1,
  sourceId: 'MP-20260903-0091',
  importId: 'imp-0007',
  line: 4021,
  hits: [
    {
      rule: 'claimed-stop-without-record',
      kind: 'contradiction',
      strength: 0,
      points: 41,
      sentence: '所稱攔查時段查無盤查紀錄，本人終端機在派出所內。',
      sentenceEn: '',
      evidence: [
        {
          evidenceId: 'a',
          kind: 'presence',
          kindTitle: '終端機登入',
          summary: 'PC-03 派出所，13:54–15:24',
          recordedAt: at('15:24'),
          knownAt: at('15:24'),
          importId: 'imp-0003',
          line: 118,
        },
      ],
    },
    {
      rule: 'case-closed',
      kind: 'contradiction',
      strength: 0,
      points: 33,
      sentence: '所載案號 115偵00423 已於 8 月 1 日結案，且查詢對象不是本案當事人。',
      sentenceEn: '',
      evidence: [
        {
          evidenceId: 'b',
          kind: 'case',
          kindTitle: '案件',
          summary: '115偵00423 竊盜，8 月 1 日結案',
          recordedAt: at('08:00'),
          knownAt: at('08:00'),
          importId: 'imp-0002',
          line: 42,
        },
      ],
    },
    {
      rule: 'name-then-number',
      kind: 'flag',
      strength: 0,
      points: 12,
      sentence: '先以姓名、再以證號查詢，四分鐘內展開四類資料。',
      sentenceEn: '',
      evidence: [],
    },
    {
      rule: 'same-unit',
      kind: 'template',
      strength: 1,
      points: -3,
      sentence: '查詢人曾受派承辦同一案號。',
      sentenceEn: '',
      evidence: [],
    },
  ],
  path: {
    nodes: [
      {
        id: 'o',
        kind: 'officer',
        column: 0,
        title: '警員　員警 0412',
        detail: '第二分局　松林派出所',
        exists: true,
      },
      {
        id: 'c',
        kind: 'case',
        column: 1,
        title: '115偵00423',
        detail: '竊盜　8 月 1 日結案',
        exists: true,
      },
      {
        id: 's',
        kind: 'record',
        column: 1,
        title: '盤查紀錄',
        detail: '9 月 3 日 13:30–14:30 查無',
        exists: false,
      },
      {
        id: 'p',
        kind: 'subject',
        column: 2,
        title: '當事人 7F3A‥C21',
        detail: '自然人',
        exists: true,
      },
    ],
    links: [
      { from: 'o', to: 'c', state: 'holds', label: '曾受派 6/12–8/1' },
      { from: 'c', to: 'p', state: 'contradicts', label: '非本案當事人' },
      { from: 'o', to: 's', state: 'contradicts', label: '當時在派出所終端機' },
      { from: 's', to: 'p', state: 'missing', label: '無任何紀錄相連' },
      { from: 'o', to: 'p', state: 'missing', label: '無親屬、同戶或業管關係' },
    ],
  },
  day: {
    starts: at('06:00'),
    ends: at('22:00'),
    lanes: [
      {
        lane: 'shift',
        title: '勤務表',
        items: [
          bar('08:00', '12:00', '值班　派出所', 'duty'),
          bar('13:00', '15:30', '巡邏　A 線', 'duty'),
          bar('18:00', '20:00', '備勤', 'duty'),
        ],
      },
      { lane: 'leave', title: '差假', items: [] },
      {
        lane: 'dispatch',
        title: '派遣與盤查',
        items: [
          bar('09:10', '10:30', '派遣 0903-117', 'evidence'),
          bar('13:30', '14:30', '查無盤查紀錄', 'absent'),
          point('11:20', '盤查　中山路口', 'evidence'),
        ],
      },
      {
        lane: 'terminal',
        title: '終端機',
        items: [
          bar('08:05', '12:05', 'PC-03　派出所', 'neutral'),
          bar('13:54', '15:24', 'PC-03　派出所，非行動電腦', 'contradicts'),
        ],
      },
      {
        lane: 'case',
        title: '案件',
        items: [bar('09:20', '11:30', '115偵00611　訊問', 'evidence')],
      },
      {
        lane: 'access',
        title: '查詢',
        items: [
          look('08:20', 'explained', 'a'.repeat(32)),
          look('09:22', 'explained', 'b'.repeat(32)),
          look('10:10', 'weak', 'c'.repeat(32)),
          look('13:20', 'unexplained', 'd'.repeat(32)),
          look('14:02', 'contradicted', ACCESS),
        ],
      },
    ],
  },
  history: [
    {
      at: '2026-09-04T02:10:00+08:00',
      runId: 'run-1',
      verdict: 'unexplained',
      score: 38,
      ruleSet: 'a1b2c3',
    },
    {
      at: '2026-09-05T02:10:00+08:00',
      runId: 'run-2',
      verdict: 'contradicted',
      score: 86,
      ruleSet: 'a1b2c3',
    },
  ],
  neighbours: { previous: null, next: null },
}
