import { describe, expect, test } from 'vitest'
import { matchRoute } from './match-route.ts'

describe('matchRoute', () => {
  test('finds each screen by its path, with or without a trailing slash', () => {
    expect(matchRoute('/')).toEqual({ screen: 'today' })
    expect(matchRoute('/verdicts')).toEqual({ screen: 'verdicts' })
    expect(matchRoute('/imports/new/')).toEqual({ screen: 'new-import' })
  })

  test('reads the id of an access and of an import', () => {
    const id = '0123456789abcdef0123456789abcdef'
    expect(matchRoute(`/accesses/${id}`)).toEqual({ screen: 'access', id })
    expect(matchRoute('/imports/7f3a-11')).toEqual({ screen: 'import', id: '7f3a-11' })
  })

  test('takes anything else for not found, even the names of object members', () => {
    const wrong = ['/accesses/xyz', '/accesses', '/constructor', '/toString', '/verdicts/1', '/imports/a/b', '/GUIDE']
    expect(wrong.map((path) => matchRoute(path).screen)).toEqual(wrong.map(() => 'not-found'))
  })
})
