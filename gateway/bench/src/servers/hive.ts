import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime'
import { unifiedGraphHandler } from '@graphql-hive/router-runtime'
import { answering, settings } from './answering.js'

/** Hive Gateway with the Rust planner, as its command line puts it together. */
const { supergraphSdl } = await settings<{ supergraphSdl: string }>()
const runtime = createGatewayRuntime({ supergraph: supergraphSdl, unifiedGraphHandler, logging: false })
const server = createServer(runtime)
server.listen(0, '127.0.0.1')
await once(server, 'listening')
answering(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`)
