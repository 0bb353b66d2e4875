// OpenAI's own client against a server of ours: node openai-client.mjs http://HOST:PORT/v1 MODEL silent.mp4 sounding.mp4
import fs from 'node:fs';
import OpenAI from 'openai';

const [baseURL, model, silent, sounding] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'none' });

let video = await client.videos.create({ model, prompt: '', input_reference: fs.createReadStream(silent) });
while (video.status === 'queued' || video.status === 'in_progress') {
  await new Promise(wait => setTimeout(wait, 100));
  video = await client.videos.retrieve(video.id);
}
if (video.error) throw new Error(video.error.message);
const content = await client.videos.downloadContent(video.id);
fs.writeFileSync(sounding, Buffer.from(await content.arrayBuffer()));
console.log(video.id, video.status, video.progress);
