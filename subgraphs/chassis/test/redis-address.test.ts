import { describe, it } from 'vitest'
import { readRedisAddress } from '../src/redis-address.js'

describe('the address of a Redis', () => {
  it.each([
    [{ socketPath: '/run/redis.sock' }, { kind: 'socket', path: '/run/redis.sock' }],
    [{ url: 'unix:///run/redis.sock' }, { kind: 'socket', path: '/run/redis.sock' }],
    [{ url: 'redis://h:6379/2' }, { kind: 'server', url: 'redis://h:6379/2' }],
    [
      { url: 'redis-cluster://a:7000,b,[::1]:7002' },
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 6379 },
          { host: '::1', port: 7002 },
        ],
        login: {},
      },
    ],
    [
      { url: 'rediss-sentinel://me:p%40ss@s1:26379,s2/3#main' },
      {
        kind: 'sentinel',
        sentinels: [
          { host: 's1', port: 26_379 },
          { host: 's2', port: 26_379 },
        ],
        name: 'main',
        db: 3,
        login: { username: 'me', password: 'p@ss', tls: {} },
      },
    ],
  ] as const)('is read: %j', (address, place) => {
    const found = readRedisAddress(address)
    if (JSON.stringify(found) !== JSON.stringify(place)) throw new Error(JSON.stringify(found))
  })

  it.each([
    '',
    'h:6379',
    'http://h',
    'redis-sentinel://h:1',
    'redis-cluster://',
    'redis-cluster://:secret@h:x',
  ])('is refused, with the shapes that it takes and without its password: %s', (url) => {
    const refused = (() => {
      try {
        return JSON.stringify(readRedisAddress({ url }))
      } catch (error) {
        return (error as Error).message
      }
    })()
    if (!/redis-cluster:\/\/host:port/.test(refused) || refused.includes('secret')) throw new Error(refused)
  })
})
