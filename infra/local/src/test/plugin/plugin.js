// Runs one command of the plugin: node plugin.js kafka:topics --app millrace
import {execute} from '@oclif/core'
import {fileURLToPath} from 'node:url'

await execute({dir: fileURLToPath(new URL('node_modules/heroku-kafka', import.meta.url))})
