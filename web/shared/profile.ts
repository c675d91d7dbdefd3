/*
 * What a shop says of itself, read and changed: its name, and perhaps address, phone and opening
 * hours. A change is made only if nobody else made one since it was read.
 */
import { computed, reactive, ref } from 'vue'

import { ask, Problem } from './http'
import { action, loaded } from './load'

type Part = 'name' | 'address' | 'phone' | 'hours'

/** As the server takes them: how long, and how they are typed. */
export const PARTS: Array<{ name: Part; most: number; mode?: 'tel'; pattern?: string }> = [
  { name: 'name', most: 60 },
  { name: 'address', most: 120 },
  { name: 'phone', most: 30, mode: 'tel', pattern: '[0-9 +\\-\\(\\)]{5,30}' },
  { name: 'hours', most: 120 },
]

export const profileBody = (wanted: Record<Part, string>) =>
  Object.fromEntries(Object.entries(wanted).filter(([, text]) => text)) as { name: string }

export function profileOf(shop: string, changed: () => unknown = () => {}) {
  const path = { shop }
  const read = loaded(() => ask('GET /v1/shops/{shop}/profile', { path }))
  const now = computed(() => read.value?.reply)
  const editing = ref(false)
  const wanted = reactive<Record<Part, string>>({ name: '', address: '', phone: '', hours: '' })
  const save = action(async () => {
    await ask('PUT /v1/shops/{shop}/profile', { path, body: profileBody(wanted), match: read.value?.etag })
    await read.load()
    editing.value = false
    changed()
  })
  function edit() {
    for (const { name } of PARTS) wanted[name] = now.value?.[name] ?? ''
    save.problem = null
    editing.value = true
  }
  /** After somebody else was faster: what they said is read, and what was typed stays to be saved or left. */
  async function again() {
    if (!(save.problem instanceof Problem) || save.problem.code !== 'stale') return void (await save.run())
    await read.load()
    save.problem = null
  }
  return { read, now, editing, wanted, save, edit, again }
}
