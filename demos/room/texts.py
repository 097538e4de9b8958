"""The words of the two room pages; the browser picks the language and fills the {facts}."""

from demos.ui.texts import Texts

TEXTS = Texts(
    "room",
    {
        # in the tabs
        "class": ("Com a turma toda", "With a whole class"),
        "class_faces": (
            "Abra uma sala: a turma vota pelo celular, sem conta, e o projetor mostra os votos, a "
            "resposta e a opinião do discriminador.",
            "Open a room: the class votes on phones, without accounts, and the projector shows the "
            "votes, the answer and what the discriminator thinks.",
        ),
        "class_words": (
            "Abra uma sala: a turma vota pelo celular, sem conta, e o projetor mostra os votos, a palavra "
            "certa e quanto o modelo dava a cada uma.",
            "Open a room: the class votes on phones, without accounts, and the projector shows the votes, "
            "the right word and what the model gave each.",
        ),
        "class_open": ("Abrir uma sala", "Open a room"),
        "class_enter": ("Entrar numa sala", "Enter a room"),
        # both pages
        "title": ("Qual rosto é real?", "Which face is real?"),
        "title_words": ("Adivinhe a próxima palavra", "Guess the next word"),
        "which_word": ("Que palavra vem na lacuna?", "Which word fills the gap?"),
        "gap": ("lacuna", "gap"),
        "model_says": ("modelo: {p}", "model: {p}"),
        "room": ("Sala {code}", "Room {code}"),
        "round": ("Rodada {n} de {of}", "Round {n} of {of}"),
        "one_real": ("Qual destes rostos é uma foto?", "Which of these faces is a photo?"),
        "one_fake": ("Qual destes rostos foi gerado?", "Which of these faces was generated?"),
        "maybe_none": (
            "Qual destes rostos é uma foto, se houver uma?",
            "Which of these faces is a photo, if any is?",
        ),
        "none": ("Nenhum", "None"),
        "face": ("Rosto {letter}", "Face {letter}"),
        "faces_of": ("Os três rostos", "The three faces"),
        "photo": ("foto real", "real photo"),
        "gan": ("feito pela GAN", "made by the GAN"),
        "vae": ("feito pelo VAE", "made by the VAE"),
        "critic_says": ("D: {p} real", "D: {p} real"),
        "share": ("{p} da sala", "{p} of the room"),
        "offline": ("Sem conexão com a sala. Tentando de novo.", "No connection to the room. Trying again."),
        "broken": (
            "A sala não respondeu. Recarregue a página.",
            "The room did not answer. Load the page again.",
        ),
        # the phone
        "enter_room": ("Entrar numa sala", "Enter a room"),
        "code_label": ("Código da sala", "Room code"),
        "enter": ("Entrar", "Enter"),
        "code_hint": (
            "O código tem quatro letras e está na tela da sala.",
            "The code has four letters and stands on the screen of the room.",
        ),
        "wait": (
            "Você está na sala. A primeira rodada começa já; esta página muda sozinha.",
            "You are in. The first round starts soon; this page changes by itself.",
        ),
        "tap": ("Toque num rosto, ou tecle A, B ou C.", "Tap a face, or press A, B or C."),
        "tap_word": ("Toque numa palavra, ou tecle de A a F.", "Tap a word, or press A to F."),
        "sending": ("Enviando…", "Sending…"),
        "counted": (
            "Voto contado: {choice}. Você pode mudar até a votação acabar.",
            "Vote counted: {choice}. You can change it until voting ends.",
        ),
        "closed_mine": ("A votação acabou. Seu voto: {choice}.", "Voting has ended. Your vote: {choice}."),
        "closed_none": (
            "A votação acabou, e você não votou nesta rodada.",
            "Voting has ended, and you did not vote in this round.",
        ),
        "right": ("Você acertou.", "You were right."),
        "wrong": ("Desta vez não: você escolheu {choice}.", "Not this time: you chose {choice}."),
        "missed": ("Você não votou nesta rodada.", "You did not vote in this round."),
        "answer": ("Resposta: {choice}.", "Answer: {choice}."),
        "so_far": ("{right} de {of} até aqui", "{right} of {of} so far"),
        "hidden": ("O tempo de olhar acabou. Vote.", "The time to look is over. Vote."),
        "nickname": ("Apelido (opcional)", "Nickname (optional)"),
        "save": ("Salvar", "Save"),
        "saved": ("Apelido: {name}", "Nickname: {name}"),
        "saved_none": ("Você joga sem apelido.", "You play without a nickname."),
        "over_mine": (
            "Fim. Você acertou {right} de {of}, lugar {place} de {n}.",
            "The end. You had {right} of {of} right, place {place} of {n}.",
        ),
        "over_none": ("Fim. Você não votou em nenhuma rodada.", "The end. You voted in no round."),
        "over_critic": (
            "O discriminador da GAN acertou {critic}; o voto da maioria, {majority}.",
            "The GAN's discriminator had {critic} right, the majority's vote {majority}.",
        ),
        "over_model": (
            "O maior modelo preferiu a palavra certa em {critic}; a maioria da turma, em {majority}.",
            "The largest model preferred the right word in {critic}; most of the class did in {majority}.",
        ),
        # the projector: opening a room
        "new": ("Abrir uma sala", "Open a room"),
        "new_lead": (
            "A turma vota pelo celular, sem conta. Você conduz: encerra a votação, mostra a resposta, segue.",
            "The class votes on phones, without accounts. You lead: close the vote, show the answer, go on.",
        ),
        "game": ("Jogo", "Game"),
        "game_faces": ("Qual rosto é real?", "Which face is real?"),
        "game_words": ("Adivinhe a próxima palavra", "Guess the next word"),
        "passages": ("Língua dos trechos", "Language of the passages"),
        "pt": ("português", "Portuguese"),
        "en": ("inglês", "English"),
        "words_note": (
            "Um trecho até a lacuna e seis palavras: a que o texto traz e cinco que os modelos acham "
            "prováveis. Os trechos foram escritos para o jogo; nenhum modelo os viu no treino.",
            "A passage up to its gap and six words: the one in the text and five that the models find "
            "likely. The passages were written for this game; no model saw them in training.",
        ),
        "kind": ("Tipo de rodada", "Kind of round"),
        "kind_one_real": ("uma foto, dois gerados", "one photo, two generated"),
        "kind_one_fake": ("duas fotos, um gerado", "two photos, one generated"),
        "kind_maybe_none": ("uma foto ou nenhuma", "one photo or none"),
        "level": ("Dificuldade", "Difficulty"),
        "easy": ("fácil", "easy"),
        "usual": ("normal", "usual"),
        "hard": ("difícil", "hard"),
        "level_note": (
            "Fácil: a GAN também mais cedo no treino. Difícil: sem o VAE borrado, rosto cortado mais rente, "
            "dez segundos para olhar.",
            "Easy: also the GAN from earlier in its training. Hard: without the blurred VAE, the face cut "
            "closer, ten seconds to look.",
        ),
        "details": ("Ajustar", "Adjust"),
        "psi": ("Truncamento ψ", "Truncation ψ"),
        "age": ("Momentos mais cedo no treino", "Moments earlier in training"),
        "vae_too": ("Também rostos do VAE", "VAE faces too"),
        "crop": ("Recorte (1 mostra mais)", "Crop (1 shows more)"),
        "seconds": ("Segundos para olhar (0: sem limite)", "Seconds to look (0: no limit)"),
        "rounds": ("Rodadas", "Rounds"),
        "names": ("Pedir apelidos para o placar final", "Ask for nicknames for the final board"),
        "open": ("Abrir a sala", "Open the room"),
        "consent": (
            "As fotos reais vêm da sua pasta. Mostre só adultos que concordaram em aparecer diante desta "
            "turma.",
            "The real photos come from your folder. Show only adults who agreed to appear here, before this "
            "class.",
        ),
        "own": ("Usar fotos suas", "Use photos of your own"),
        "own_how": (
            "Até {most} retratos, um rosto em cada. Ficam só na memória do app, para esta sala: nunca são "
            "gravados, outras salas não os veem, e a sala acaba se o app reiniciar ou se passar duas horas "
            "sem rodada nova. Para usar sempre uma pasta sua: VEREDAS_PHOTOS=/pasta python app.py.",
            "Up to {most} portraits, one face in each. They stay in the app's memory, for this room alone: "
            "never stored, unseen by other rooms, and the room ends if the app restarts or two hours pass "
            "without a new round. To use a folder of yours always: VEREDAS_PHOTOS=/folder python app.py.",
        ),
        "own_choose": ("Escolher as fotos", "Choose the photos"),
        "own_consent": (
            "As pessoas nas fotos são adultas e concordaram em aparecer diante desta turma.",
            "The people in the photos are adults who agreed to appear before this class.",
        ),
        "own_looked": (
            "{n} de {of} fotos vistas, {used} com um rosto que serve…",
            "{n} of {of} photos looked at, {used} with a face that serves…",
        ),
        "own_used": (
            "{used} fotos prontas, depois de olhar {of}. A sala usa só estas.",
            "{used} photos ready, after looking at {of}. The room uses these alone.",
        ),
        "small": (
            "Ainda não há fotos de tamanho normal nesta máquina: a sala usará rostos cinzentos de 25 pixels. "
            "Para as fotos, veja a aba do jogo.",
            "There are no photos of normal size on this machine yet: the room will use grey faces of 25 "
            "pixels. For the photos, see the game's tab.",
        ),
        # the projector: the room
        "keep": (
            "Este endereço é a sua chave: só ele conduz a sala. Guarde-o, sem projetar a barra de endereço.",
            "This address is your key: it alone steers the room. Keep it, and do not show the address bar.",
        ),
        "go_to": ("Abra no celular", "Open on a phone"),
        "isolated": (
            "Não abre? A rede Wi-Fi do campus pode isolar os aparelhos: use o roteador de um celular.",
            "It does not open? Campus Wi-Fi may isolate devices from one another: use a phone's hotspot.",
        ),
        "restart": (
            "Este app só atende esta máquina. Para os celulares entrarem, pare-o e rode: "
            "GRADIO_SERVER_NAME=0.0.0.0 python app.py",
            "This app serves this machine alone. To let phones in, stop it and run: "
            "GRADIO_SERVER_NAME=0.0.0.0 python app.py",
        ),
        "joined": ("na sala", "in the room"),
        "voted": ("{n} de {of} votaram", "{n} of {of} have voted"),
        "votes": ("Votos: {n}.", "Votes: {n}."),
        "start": ("Começar", "Start"),
        "close": ("Encerrar a votação", "Close the vote"),
        "reveal": ("Mostrar a resposta", "Show the answer"),
        "next": ("Próxima rodada", "Next round"),
        "finish": ("Ver o placar", "See the board"),
        "end": ("Encerrar já", "End now"),
        "space": ("ou a barra de espaço", "or the space bar"),
        "dealing": ("Preparando a rodada…", "Preparing the round…"),
        "no_votes": ("Ninguém votou.", "Nobody voted."),
        "majority": ("A maioria disse {choice}.", "The majority said {choice}."),
        "critic_chose": (
            "O discriminador D escolheria {choice}.",
            "The discriminator D would choose {choice}.",
        ),
        "model_chose": (
            "Das seis, o maior modelo preferia {choice}.",
            "Of the six, the largest model preferred {choice}.",
        ),
        "surprise": (
            "Surpresa de cada modelo com a palavra certa:",
            "How much the right word surprised each model:",
        ),
        "bits": ("{n} bits", "{n} bits"),
        "bits_note": (
            "50\u202f% custa 1 bit, 25\u202f% custa 2. O modelo pesa todas as palavras, não só estas seis; "
            "sua barra mais longa é a da preferida entre elas.",
            "50% costs 1 bit, 25% costs 2. The model weighs all words, not only these six; its longest bar "
            "is that of its favourite among them.",
        ),
        "clue_critic": (
            "Quem é D: o rival da GAN no treino; a porcentagem é a sigmoide da sua saída. Vê o rosto antes "
            "do recorte e do acerto de cor; de fotos de 25 pixels não conhece nada.",
            "Who is D: the GAN's rival in training; the percentage is the sigmoid of its output. It sees the "
            "face before crop and colour match; of 25-pixel photos it knows nothing.",
        ),
        "critic_note": (
            "D é o rival da GAN no treino; a porcentagem é a sigmoide da sua saída. Aprendeu com imagens "
            "alteradas de propósito (cor, posição, um buraco). Vê o rosto antes do recorte e do acerto de "
            "cor; de fotos de 25 pixels não conhece nada.",
            "D is the GAN's rival in training; the percentage is the sigmoid of its output. It learned from "
            "pictures altered on purpose (colour, place, a hole). It sees the face before crop and colour "
            "match; of 25-pixel photos it knows nothing.",
        ),
        "recipe_gan": (
            "semente {seed}, ψ {psi}, {images} mil imagens",
            "seed {seed}, ψ {psi}, {images} thousand images",
        ),
        "recipe_vae": ("semente {seed}", "seed {seed}"),
        "youth": (
            "O mesmo z mais cedo no treino (mil imagens)",
            "The same z earlier in training (thousand images)",
        ),
        "clues": ("Onde olhar", "Where to look"),
        "clue_eyes": (
            "Olhos: olham para o mesmo lado? O brilho é igual nos dois?",
            "Eyes: do they look the same way? Is the highlight the same in both?",
        ),
        "clue_glasses": (
            "Óculos: a armação é igual dos dois lados? Ela se desfaz na pele?",
            "Glasses: is the frame the same on both sides? Does it dissolve into the skin?",
        ),
        "clue_teeth": (
            "Dentes: há uma linha no meio, ou uma faixa sem divisões?",
            "Teeth: is there a line in the middle, or a band without gaps?",
        ),
        "clue_symmetry": (
            "Simetria: compare as metades. Um brinco, uma sobrancelha ou uma orelha de um lado só?",
            "Symmetry: compare the halves. An earring, an eyebrow or an ear on one side only?",
        ),
        "clue_background": (
            "Fundo e cabelo: são coisas, ou manchas? A borda do cabelo continua?",
            "Background and hair: are they things, or smears? Does the hairline go on?",
        ),
        "board": ("Placar", "Board"),
        "place": ("Lugar", "Place"),
        "who": ("Quem", "Who"),
        "anonymous": ("sem apelido", "no nickname"),
        "correct": ("Acertos", "Right"),
        "people": ("Pessoas", "People"),
        "you_class": ("Voto da maioria", "Majority vote"),
        "you_critic": ("Discriminador da GAN", "The GAN's discriminator"),
        "you_model": ("Preferida do maior modelo", "The largest model's favourite"),
        "model": ("Modelo", "Model"),
        "mean_bits": ("Bits por palavra", "Bits a word"),
        "by_chance": ("Ao acaso", "By chance"),
        "csv": ("Baixar os votos (CSV)", "Download the votes (CSV)"),
        "again": ("Abrir outra sala", "Open another room"),
    },
)
