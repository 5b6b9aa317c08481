"""Answers each line of its input, a call of the OpenAI SDK as JSON, with what the SDK returned or raised."""

import json
import sys

import openai

messages = [{"role": "user", "content": "Say who you are."}]


def told(headers):
    return [headers.get(f"x-akashic-{name}") for name in ("provider", "attempts", "reason")]


def chat(api):
    raw = api.chat.completions.with_raw_response.create(model="gpt-4o", messages=messages)
    return {"text": raw.parse().choices[0].message.content, "told": told(raw.headers)}


def stream(api):
    chunks = list(api.chat.completions.create(model="gpt-4o", messages=messages, stream=True))
    return {"text": "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)}


def embed(api):
    return {"length": len(api.embeddings.create(model="embed-3", input="a text").data[0].embedding)}


def models(api):
    return {"ids": sorted(model.id for model in api.models.list())}


calls = {"chat": chat, "stream": stream, "embed": embed, "models": models}


def answer(asked):
    api = openai.OpenAI(base_url=asked["base_url"], api_key=asked["key"], max_retries=0)
    try:
        return calls[asked["call"]](api)
    except openai.APIStatusError as error:
        seen = {"status": error.status_code, "type": error.type, "code": error.code, "message": error.message}
        return {"raised": type(error).__name__, **seen, "retry_after": error.response.headers.get("retry-after")}
    except openai.APIError as error:
        return {"raised": type(error).__name__, "code": error.code, "message": error.message}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
