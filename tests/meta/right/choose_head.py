# %% a dict
HEADS = {
    "which of the ten digits is in the image": "softmax",
    "the next word, out of a vocabulary of 50,000": "softmax",
    "the species of an iris, out of three": "softmax",
    "whether a message is spam": "sigmoid",
    "whether it will rain tomorrow": "sigmoid",
    "whether a loan will be paid back": "sigmoid",
    "all objects in a photograph: dog, car and tree may be there together": "sigmoid",
    "all topics of an article, out of twenty": "sigmoid",
    "all instruments that play in a recording": "sigmoid",
    "tomorrow's temperature in degrees Celsius": "identity",
    "the gain or loss of a company in euros": "identity",
    "how far a clock is fast or slow": "identity",
    "the expected waiting time in minutes": "softplus",
    "the distance to the next car": "softplus",
    "the mean number of visitors in an hour": "softplus",
    "tomorrow's temperature, and how sure the forecast is": "gaussian",
    "the gain or loss of a company, with an error bar of its own": "gaussian",
    "the position of a robot along a line, with its uncertainty": "gaussian",
}


def choose_head(task):
    return HEADS[task]


# %% sets of tasks
TASKS = {
    "softmax": {
        "which of the ten digits is in the image",
        "the next word, out of a vocabulary of 50,000",
        "the species of an iris, out of three",
    },
    "sigmoid": {
        "whether a message is spam",
        "whether it will rain tomorrow",
        "whether a loan will be paid back",
        "all objects in a photograph: dog, car and tree may be there together",
        "all topics of an article, out of twenty",
        "all instruments that play in a recording",
    },
    "identity": {
        "tomorrow's temperature in degrees Celsius",
        "the gain or loss of a company in euros",
        "how far a clock is fast or slow",
    },
    "softplus": {
        "the expected waiting time in minutes",
        "the distance to the next car",
        "the mean number of visitors in an hour",
    },
    "gaussian": {
        "tomorrow's temperature, and how sure the forecast is",
        "the gain or loss of a company, with an error bar of its own",
        "the position of a robot along a line, with its uncertainty",
    },
}


def choose_head(task):
    return next(head for head, tasks in TASKS.items() if task in tasks)


# %% conditions
def choose_head(task):
    if task.startswith(("whether", "all")):
        return "sigmoid"
    if task.startswith(("which", "the next", "the species")):
        return "softmax"
    if any(word in task for word in ("sure", "error bar", "uncertainty")):
        return "gaussian"
    return "softplus" if task.startswith(("the expected", "the distance", "the mean")) else "identity"


# %% a method, the dict's own
choose_head = {
    "which of the ten digits is in the image": "softmax",
    "the next word, out of a vocabulary of 50,000": "softmax",
    "the species of an iris, out of three": "softmax",
    "whether a message is spam": "sigmoid",
    "whether it will rain tomorrow": "sigmoid",
    "whether a loan will be paid back": "sigmoid",
    "all objects in a photograph: dog, car and tree may be there together": "sigmoid",
    "all topics of an article, out of twenty": "sigmoid",
    "all instruments that play in a recording": "sigmoid",
    "tomorrow's temperature in degrees Celsius": "identity",
    "the gain or loss of a company in euros": "identity",
    "how far a clock is fast or slow": "identity",
    "the expected waiting time in minutes": "softplus",
    "the distance to the next car": "softplus",
    "the mean number of visitors in an hour": "softplus",
    "tomorrow's temperature, and how sure the forecast is": "gaussian",
    "the gain or loss of a company, with an error bar of its own": "gaussian",
    "the position of a robot along a line, with its uncertainty": "gaussian",
}.get
