import { expect, test } from 'vitest'
import { falsePatrol } from './access-page.fixture.ts'
import { trailsOf } from './trails.ts'

test('tells every node and every link of the path once, from the officer to the subject', () => {
  const { officers, trails, subjects } = trailsOf(falsePatrol.path)
  expect(officers.map(({ id }) => id)).toEqual(['o'])
  expect(subjects.map(({ id }) => id)).toEqual(['p'])
  expect(trails.map(({ record }) => record?.id ?? null)).toEqual(['c', 's', null])
  const told = trails.flatMap(({ toRecord, onwards }) => [...toRecord, ...onwards])
  expect(told).toHaveLength(falsePatrol.path.links.length)
  expect(new Set(told)).toEqual(new Set(falsePatrol.path.links))
})

test('tells a link between two records once', () => {
  const between = { from: 'c', to: 's', state: 'holds' as const, label: '同一案' }
  const { trails } = trailsOf({ nodes: falsePatrol.path.nodes, links: [between] })
  expect(trails.flatMap(({ toRecord, onwards }) => [...toRecord, ...onwards])).toEqual([between])
})
