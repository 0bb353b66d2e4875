// All that OpenAI's client has for videos: node openai-more.mjs http://HOST:PORT/v1 MODEL ID
import OpenAI from 'openai';

const [baseURL, model, id] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
const said = [];

for await (const each of client.videos.list({ limit: 1, order: 'desc' })) said.push(each.id === id ? 'listed' : 'other');
const names = [];
for await (const each of client.models.list()) names.push(each.id);
said.push(names.includes(model) ? 'model' : names.join());
const poster = await client.videos.downloadContent(id, { variant: 'thumbnail' });
said.push(poster.headers.get('content-type'));
const remix = await client.videos.remix(id, { prompt: '' });
said.push(remix.remixed_from_video_id === id ? 'remixed' : 'not remixed');
try {
  await client.videos.create({ model: 'sora-2', prompt: 'a dog' });
} catch (e) {
  said.push(`${e.constructor.name}: ${e.message}`);
}
try {
  await client.videos.retrieve('video_none');
} catch (e) {
  said.push(e.constructor.name);
}
said.push((await client.videos.delete(id)).deleted ? 'deleted' : 'kept');
console.log(said.join('\n'));
