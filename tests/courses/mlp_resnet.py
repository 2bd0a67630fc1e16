"""The solutions of dlsyscourse's hw2."""

import needle as ndl
import needle.nn as nn
import numpy as np


def ResidualBlock(dim, hidden_dim, norm=nn.BatchNorm1d, drop_prob=0.1):
    inner = [nn.Linear(dim, hidden_dim), norm(hidden_dim), nn.ReLU()]
    inner += [nn.Dropout(drop_prob), nn.Linear(hidden_dim, dim), norm(dim)]
    return nn.Sequential(nn.Residual(nn.Sequential(*inner)), nn.ReLU())


def MLPResNet(dim, hidden_dim, num_blocks=3, num_classes=10, *block_settings):
    first = [nn.Flatten(), nn.Linear(dim, hidden_dim), nn.ReLU()]
    sizes = hidden_dim, hidden_dim // 2
    blocks = [ResidualBlock(*sizes, *block_settings) for _ in range(num_blocks)]
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
        wrong += np.sum(np.argmax(logits.numpy(), axis=1) != y.numpy())
        total += loss.item() * len(y)
    return wrong / len(dataloader.dataset), total / len(dataloader.dataset)


def train_mnist(
    batch_size, epochs, optimizer, lr, weight_decay, hidden_dim, data_dir="data"
):
    np.random.seed(4)
    train, test = (
        ndl.data.MNISTDataset(
            f"{data_dir}/{part}-images-idx3-ubyte.gz",
            f"{data_dir}/{part}-labels-idx1-ubyte.gz",
        )
        for part in ("train", "t10k")
    )
    model = MLPResNet(784, hidden_dim)
    opt = optimizer(model.parameters(), lr=lr, weight_decay=weight_decay)
    train = ndl.data.DataLoader(train, batch_size, shuffle=True)
    for _ in range(epochs):
        trained = epoch(train, model, opt)
    return *trained, *epoch(ndl.data.DataLoader(test, batch_size), model)
