"""Keras 3 on TensorFlow beside us: the same sizes, compiled, and the loop of the tutorials."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf

from rounds import serve


def network(task, batch, length, stateful, **lstm):
    return keras.Sequential(
        [
            keras.Input(batch_shape=(batch, length), dtype="int32"),
            keras.layers.Embedding(task["vocabulary"], task["embedding"]),
            keras.layers.LSTM(task["hidden"], return_sequences=True, stateful=stateful, **lstm),
            keras.layers.Dense(task["vocabulary"]),
        ]
    )


def training(task):
    batch, window = task["batch"], task["window"]
    model = network(task, batch, window, True, unroll=task["unroll"])
    model.compile(
        optimizer=keras.optimizers.Adam(1e-4),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=task["jit"],
    )
    random = np.random.default_rng(1)
    tokens, targets = random.integers(0, task["vocabulary"], (2, batch, window), dtype=np.int32)

    def step():
        float(model.train_on_batch(tokens, targets))
        return batch * window

    return step


def generation(task):
    return tutorial(task) if task["loop"] == "tutorial" else compiled(task)


def compiled(task):
    """One compiled function a character for all rows: token and state in, token and state out."""
    rows, hidden = task["rows"], task["hidden"]
    embedding = keras.layers.Embedding(task["vocabulary"], task["embedding"])
    cell = keras.layers.LSTMCell(hidden)
    output = keras.layers.Dense(task["vocabulary"])
    embedding.build()
    cell.build((rows, task["embedding"]))
    output.build((rows, hidden))

    @tf.function(jit_compile=task["jit"], reduce_retracing=False)
    def draw(tokens, h, c):
        h, (_, c) = cell(embedding(tokens), (h, c))
        logits = output(h) / task["temperature"]
        if task["topK"] == 0:
            return tf.random.categorical(logits, 1, dtype=tf.int32)[:, 0], h, c
        best, ids = tf.math.top_k(logits, task["topK"])
        uniform = tf.random.uniform(tf.shape(best), minval=1e-20)
        chosen = tf.argmax(best - tf.math.log(-tf.math.log(uniform)), axis=1, output_type=tf.int32)
        return tf.gather(ids, chosen, batch_dims=1), h, c

    state = [tf.zeros(rows, tf.int32), tf.zeros((rows, hidden)), tf.zeros((rows, hidden))]

    def step():
        state[:] = draw(*state)
        state[0].numpy().tolist()
        return rows

    return step


def tutorial(task):
    """A stateful model of one character, called from Python."""
    rows = task["rows"]
    model = network(task, rows, 1, True)
    random = np.random.default_rng(1)
    tokens = [np.zeros((rows, 1), np.int32)]

    def step():
        if task["call"] == "predict":
            logits = model.predict(tokens[0], batch_size=rows, verbose=0)
        else:
            logits = model(tokens[0], training=False)
        if task["draw"] == "tensorflow":
            tokens[0] = tf.random.categorical(logits[:, 0] / task["temperature"], 1).numpy().astype(np.int32)
            return rows
        scaled = np.asarray(logits)[:, 0].astype(np.float64) / task["temperature"]
        weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        chances = weights / weights.sum(axis=1, keepdims=True)
        tokens[0] = np.array([[random.choice(len(row), p=row)] for row in chances], np.int32)
        return rows

    return step


def prepare(task):
    tf.config.threading.set_intra_op_parallelism_threads(task["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(1)
    return {"training": training, "generation": generation}[task["what"]](task)


serve(prepare, {"keras": keras.__version__, "tensorflow": tf.__version__})
