import type { Analytics } from './analytics.ts'
import { AnalyticsDamaged, type Condition } from './damage.ts'

/**
 * The same store for all who answer people or change it: while it is damaged everything is refused with AnalyticsDamaged. A
 * list that is short of rows nobody knows of would be worse than none.
 */
export function guardAnalytics(analytics: Analytics, condition: Condition): Analytics {
  const whole = () => {
    const damage = condition.damage()
    if (damage) throw new AnalyticsDamaged(damage)
  }
  return {
    rows: async (sql, options) => {
      whole()
      return analytics.rows(sql, options)
    },
    stream: (sql, options) => {
      whole()
      return analytics.stream(sql, options)
    },
    command: async (sql, options) => {
      whole()
      return analytics.command(sql, options)
    },
    insert: async (table, rows) => {
      whole()
      return analytics.insert(table, rows)
    },
    insertFromFile: async (insert) => {
      whole()
      return analytics.insertFromFile(insert)
    },
    close: () => analytics.close(),
  }
}

/** Stands for a store that could not even be opened: its condition, which is damaged, lets nobody through to it. */
export function noAnalytics(): Analytics {
  const nothing = () => Promise.reject(new AnalyticsDamaged({ kind: 'unreadable', detail: 'not opened' }))
  return {
    rows: nothing,
    // biome-ignore lint/correctness/useYield: it has nothing to yield
    stream: async function* () {
      await nothing()
    },
    command: nothing,
    insert: nothing,
    insertFromFile: nothing,
    close: async () => undefined,
  }
}
