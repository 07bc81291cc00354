"""PyTorch beside us: the same sizes, its own layers, the way its manual says to run them fast on a CPU."""

import warnings

import torch
from torch import nn

from rounds import serve

warnings.filterwarnings("ignore")


class Model(nn.Module):
    """Embedding, LSTM, Linear; `cell` steps through nn.LSTMCell instead of nn.LSTM."""

    def __init__(self, sizes, cell):
        super().__init__()
        vocabulary, embedding, hidden = sizes["vocabulary"], sizes["embedding"], sizes["hidden"]
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.lstm = nn.LSTMCell(embedding, hidden) if cell else nn.LSTM(embedding, hidden)
        self.output = nn.Linear(hidden, vocabulary)
        self.cell = cell

    def forward(self, tokens, h, c):
        """`tokens` [T, B], or [B] for a cell."""
        x = self.embedding(tokens)
        if self.cell:
            h, c = self.lstm(x, (h, c))
            return self.output(h), h, c
        y, (h, c) = self.lstm(x, (h, c))
        return self.output(y), h, c


def training(task):
    batch, window, vocabulary = task["batch"], task["window"], task["vocabulary"]
    model = Model(task, cell=False)
    optimizer = torch.optim.Adam(
        model.parameters(), lr=1e-4, eps=1e-7, fused=task["adam"] == "fused", foreach=task["adam"] == "foreach"
    )
    entropy = nn.CrossEntropyLoss()
    tokens = torch.randint(vocabulary, (window, batch))
    targets = torch.randint(vocabulary, (window * batch,))
    state = {"h": torch.zeros(1, batch, task["hidden"]), "c": torch.zeros(1, batch, task["hidden"])}
    half = task["type"] == "bfloat16"

    def loss_of(h, c):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            logits, h, c = model(tokens, h, c)
            return entropy(logits.reshape(-1, vocabulary), targets), h, c

    if task.get("compile"):
        loss_of = torch.compile(loss_of)

    def step():
        loss, h, c = loss_of(state["h"], state["c"])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        state["h"], state["c"] = h.detach().float(), c.detach().float()
        loss.item()
        return batch * window

    return step


def generation(task):
    rows, temperature, top_k = task["rows"], task["temperature"], task["topK"]
    cell = task["layer"] == "cell"
    model = Model(task, cell).eval()
    kind = torch.float32
    if task["type"] == "bfloat16":
        kind = torch.bfloat16
        model = model.to(kind)
    elif task["type"] == "int8":
        from torch.ao.quantization import quantize_dynamic

        torch.backends.quantized.engine = task["kernels"]
        model = quantize_dynamic(model, {nn.LSTM, nn.LSTMCell, nn.Linear}, dtype=torch.qint8)
    shape = (rows, task["hidden"]) if cell else (1, rows, task["hidden"])
    state = [torch.randint(task["vocabulary"], (rows,)), torch.zeros(shape, dtype=kind), torch.zeros(shape, dtype=kind)]

    def draw(tokens, h, c):
        logits, h, c = model(tokens if cell else tokens.unsqueeze(0), h, c)
        logits = logits.reshape(rows, -1).float() / temperature
        if top_k == 0:
            return torch.multinomial(torch.softmax(logits, 1), 1).squeeze(1), h, c
        best, ids = torch.topk(logits, top_k)
        chosen = torch.multinomial(torch.softmax(best, 1), 1)
        return ids.gather(1, chosen).squeeze(1), h, c

    if task.get("compile"):
        import torch._inductor.config as inductor

        inductor.freezing = True
        draw = torch.compile(draw, mode=task["compile"])
    if task.get("script"):
        with torch.inference_mode():
            traced = torch.jit.freeze(torch.jit.trace(model, (state[0] if cell else state[0].unsqueeze(0), *state[1:])))
        model = traced

    def step():
        with torch.inference_mode():
            state[:] = draw(*state)
            # The characters leave for the reader, as they do on our side.
            state[0].tolist()
        return rows

    return step


def prepare(task):
    torch.manual_seed(1)
    torch.set_num_threads(task["threads"])
    return {"training": training, "generation": generation}[task["what"]](task)


serve(prepare, {"torch": torch.__version__})
