import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('needs nothing: an empty environment gives embedded engines on loopback', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    ok: true,
    value: { host: '127.0.0.1', port: 8790, postgresUrl: undefined, clickhouseUrl: undefined, publicUrl: undefined },
  })
  if (config.ok) expect(config.value.keysFolder).toBe(`${config.value.dataFolder}/keys`)
})

test('lists every bad setting by name, and repeats no value', () => {
  const config = readConfig({
    SHOUMI_PORT: '99999',
    SHOUMI_POSTGRES_URL: 'mysql://u:secret-word@h/d',
    SHOUMI_SAMPLE: 'maybe',
  })
  expect(config.ok).toBe(false)
  if (config.ok) return
  expect(config.error.map((line) => line.split(':')[0])).toEqual([
    'SHOUMI_PORT',
    'SHOUMI_POSTGRES_URL',
    'SHOUMI_SAMPLE',
  ])
  expect(config.error.join()).not.toContain('secret-word')
})

test('accepts only an https address for the public', () => {
  expect(readConfig({ SHOUMI_PUBLIC_URL: 'http://shoumi.example.gov.tw' }).ok).toBe(false)
  expect(readConfig({ SHOUMI_PUBLIC_URL: 'https://shoumi.example.gov.tw' })).toMatchObject({
    value: { publicUrl: { host: 'shoumi.example.gov.tw' } },
  })
})

test('takes addresses and networks of trusted proxies, and nothing else for one', () => {
  const read = (text: string) => readConfig({ SHOUMI_TRUSTED_PROXY: text })
  expect(read(' 10.1.2.3, 10.2.0.0/16,fd00::/8 ')).toMatchObject({
    value: { trustedProxies: ['10.1.2.3', '10.2.0.0/16', 'fd00::/8'] },
  })
  expect(readConfig({})).toMatchObject({ value: { trustedProxies: [] } })
  for (const bad of ['true', '10.1.2', '10.1.2.3/33', '10.1.2.3/', '10.1.2.3/8/8', 'proxy.example', '*', 'fd00::/129'])
    expect(read(bad).ok).toBe(false)
})
