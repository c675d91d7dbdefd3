/*
 * Checks of the texts: both languages have the same keys, every key that a component names is
 * there, and no component holds a text of its own. Prints what is wrong; ends with 1 then.
 */
import { readFileSync, readdirSync, statSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import ts from 'typescript'
import { parse } from 'vue/compiler-sfc'

const web = fileURLToPath(new URL('..', import.meta.url))
const APPS = ['member', 'shop', 'platform']
const SHOWN = ['alt', 'title', 'label', 'placeholder', 'aria-label', 'text', 'description', 'content']
/* A name that is the same in every language, or a mark. */
const MAY_STAND = /^[\s\d.,:;·/()+−×=%¥→…—–|&#<>{}"'-]*$|^(xlsx|csv|JSON|QR|中文|English)$/
const wrong = []

function files(folder, ending) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return files(path, ending)
    return name.endsWith(ending) ? [path] : []
  })
}

/** The default export of a module of words. */
async function words(folder, language) {
  const kept = mkdtempSync(join(tmpdir(), 'words-'))
  for (const path of files(folder, '.ts')) {
    const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
      compilerOptions: { module: 'ESNext', target: 'ES2022' },
    })
    const name = relative(folder, path).replace(/\.ts$/, '.mjs')
    writeFileSync(join(kept, name), outputText.replace(/from '\.\/(\w+)'/g, "from './$1.mjs'"))
  }
  const found = await import(pathToFileURL(join(kept, `${language}.mjs`)).href)
  rmSync(kept, { recursive: true })
  return found.default
}

function keys(tree, before = '') {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'object' ? keys(value, `${before}${name}.`) : [`${before}${name}`],
  )
}

function compare(where, zh, en) {
  for (const key of zh) if (!en.includes(key)) wrong.push(`${where}: en has no '${key}'`)
  for (const key of en) if (!zh.includes(key)) wrong.push(`${where}: zh has no '${key}'`)
}

function textsOf(node, found = []) {
  if (node.type === 2 && !MAY_STAND.test(node.content.trim())) found.push(node.content.trim())
  for (const prop of node.props ?? [])
    if (prop.type === 6 && SHOWN.includes(prop.name) && !MAY_STAND.test(prop.value?.content ?? ''))
      found.push(`${prop.name}="${prop.value.content}"`)
  for (const child of node.children ?? []) textsOf(child, found)
  return found
}

function component(path, known) {
  const source = readFileSync(path, 'utf8')
  const name = relative(web, path)
  const { descriptor, errors } = parse(source)
  for (const error of errors) wrong.push(`${name}: ${error.message}`)
  if (!/^<!--/.test(source)) wrong.push(`${name}: does not begin with what it is for`)
  if (descriptor.template && !path.endsWith('LanguageSwitch.vue'))
    for (const text of textsOf(descriptor.template.ast)) wrong.push(`${name}: text in the template: ${text}`)
  uses(name, source, known)
}

function uses(name, source, known) {
  for (const [, key] of source.matchAll(/\bt\(\s*'([^']+)'/g))
    if (!known.includes(key)) wrong.push(`${name}: no words for '${key}'`)
  for (const [, start] of source.matchAll(/\bt\(\s*`([^`$]+)\$\{/g))
    if (!known.some((key) => key.startsWith(start))) wrong.push(`${name}: no words begin with '${start}'`)
  if (!name.includes('words/') && !name.includes('LanguageSwitch') && /[一-鿿]/.test(source.replace(/\/\*[\s\S]*?\*\/|\/\/.*|<!--[\s\S]*?-->/g, '')))
    wrong.push(`${name}: Chinese outside words/`)
}

/** Every refusal that the server knows has words of what it is and what to do. */
function refusals(known) {
  for (const table of ['core/errors.def', 'server/problems.def'])
    for (const [, code] of readFileSync(join(web, '../src', table), 'utf8').matchAll(/^JF_(?:ERROR|PROBLEM)\(\w+, "(\w+)"/gm))
      for (const part of ['is', 'todo'])
        if (!known.includes(`problem.code.${code}.${part}`)) wrong.push(`no words for the refusal '${code}': ${part}`)
}

/** Every act that the server itself enters in the audit trail has words; commands have theirs by their table. */
function acts(known) {
  const folder = join(web, '../src/server')
  for (const path of files(folder, '.c'))
    for (const [, act] of readFileSync(path, 'utf8').matchAll(/jf_exchange_note\(x, ([^,]+)/g))
      for (const [, wire] of act.matchAll(/"([a-z_.]+)"/g)) {
        const key = wire.replace(/\./g, '_')
        if (!known.includes(`trail.act_.${key}`) && !known.includes(`command.${key}`))
          wrong.push(`${relative(folder, path)}: no words for the act '${wire}'`)
      }
}

const shared = { zh: keys(await words(join(web, 'shared/words'), 'zh')), en: keys(await words(join(web, 'shared/words'), 'en')) }
compare('shared', shared.zh, shared.en)
refusals(shared.zh)
for (const app of APPS) {
  const own = { zh: keys(await words(join(web, app, 'words'), 'zh')), en: keys(await words(join(web, app, 'words'), 'en')) }
  compare(app, own.zh, own.en)
  const known = [...shared.zh, ...own.zh]
  if (app === 'platform') acts(known)
  for (const path of files(join(web, app), '.vue')) component(path, known)
  for (const path of files(join(web, app), '.ts')) if (!path.includes('words')) uses(relative(web, path), readFileSync(path, 'utf8'), known)
}
for (const path of files(join(web, 'shared'), '.vue')) component(path, shared.zh)
for (const text of wrong) console.error(text)
process.exitCode = wrong.length ? 1 : 0
