"""The solutions of dlsyscourse's hw2."""

from pathlib import Path

import needle as ndl
import needle.nn as nn
import numpy as np


def ResidualBlock(dim, hidden_dim, norm=nn.BatchNorm1d, drop_prob=0.1):
    inner = [nn.Linear(dim, hidden_dim), norm(hidden_dim), nn.ReLU()]
    inner += [nn.Dropout(drop_prob), nn.Linear(hidden_dim, dim), norm(dim)]
    return nn.Sequential(nn.Residual(nn.Sequential(*inner)), nn.ReLU())


def MLPResNet(
    dim,
    hidden_dim=100,
    num_blocks=3,
    num_classes=10,
    norm=nn.BatchNorm1d,
    drop_prob=0.1,
):
    first = [nn.Flatten(), nn.Linear(dim, hidden_dim), nn.ReLU()]
    blocks = [
        ResidualBlock(hidden_dim, hidden_dim // 2, norm, drop_prob)
        for _ in range(num_blocks)
    ]
    return nn.Sequential(*first, *blocks, nn.Linear(hidden_dim, num_classes))


def epoch(dataloader, model, opt=None):
    np.random.seed(4)
    model.train(opt is not None)
    wrong = total = 0.0
    for x, y in dataloader:
        logits = model(x)
        loss = nn.SoftmaxLoss()(logits, y)
        if opt:
            opt.reset_grad()
            loss.backward()
            opt.step()
        wrong += np.sum(logits.numpy().argmax(axis=1) != y.numpy())
        total += loss.numpy() * len(y.numpy())
    return wrong / len(dataloader.dataset), total / len(dataloader.dataset)


def train_mnist(
    batch_size=100,
    epochs=10,
    optimizer=ndl.optim.Adam,
    lr=0.001,
    weight_decay=0.001,
    hidden_dim=100,
    data_dir="data",
):
    np.random.seed(4)

    def loader(name, shuffle):
        names = [f"{name}-images-idx3-ubyte.gz", f"{name}-labels-idx1-ubyte.gz"]
        dataset = ndl.data.MNISTDataset(*(Path(data_dir) / each for each in names))
        return ndl.data.DataLoader(dataset, batch_size, shuffle)

    train, test = loader("train", True), loader("t10k", False)
    model = MLPResNet(784, hidden_dim)
    opt = optimizer(model.parameters(), lr=lr, weight_decay=weight_decay)
    for _ in range(epochs):
        trained = epoch(train, model, opt)
    return *trained, *epoch(test, model)
