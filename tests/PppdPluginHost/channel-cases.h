/* Cases of the channel (part of plugin-host.c). */

static int open_descriptors(void) {
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* As pppd reads its command line. */
static void channel_option(void) {
    int (*parse)(char **) = (int (*)(char **))(intptr_t)registered[1].addr;
    CHECK(registered[1].type == 0 && registered[1].flags == 0x1000 && parse(NULL) == 1 && parse(NULL) == 1);
    CHECK(the_channel != &tty_channel && the_channel->options && the_channel->options[0].name == NULL);
    CHECK(strcmp(device_name(), "PPTP") == 0);
}

/* A message with descriptors beside it. */
static void say_with(uint16_t type, const void *payload, size_t length, const int *fds, size_t count) {
    uint8_t packet[64], control[CMSG_SPACE(16 * sizeof(int))] = {0};
    uint16_t header[2] = {type, (uint16_t)length};
    struct iovec part = {packet, sizeof header + length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    memcpy(packet, header, sizeof header);
    memcpy(packet + sizeof header, payload, length);
    c->cmsg_level = SOL_SOCKET, c->cmsg_type = SCM_RIGHTS, c->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(c), fds, count * sizeof(int));
    CHECK(sendmsg(core, &message, MSG_NOSIGNAL) == (ssize_t)part.iov_len);
}

static void say_channel(uint32_t kind, int fd) { say_with(MESSAGE_CHANNEL, &kind, sizeof kind, &fd, 1); }

/* A socket stands for a PPPoX one: the plugin is built for its domain here. The other end tells when it is closed. */
static int new_line(uint32_t kind) {
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    say_channel(kind, pair[0]);
    close(pair[0]);
    return pair[1];
}

static bool closed(int other_end) {
    struct pollfd p = {.fd = other_end, .events = POLLIN};
    char byte;
    return poll(&p, 1, 1000) == 1 && read(other_end, &byte, 1) == 0;
}

static bool open_still(int other_end) {
    struct pollfd p = {.fd = other_end, .events = POLLIN};
    return poll(&p, 1, 0) == 0;
}

static int line_up(int *other_end) {
    uint8_t m[CALLBACK_MAX];
    int fd;
    connect_plugin();
    channel_option();
    *other_end = new_line(CHANNEL_PPPOX);
    fd = the_channel->connect();
    CHECK(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) && hear(MESSAGE_NEED_CHANNEL, m) == 0 && open_still(*other_end));
    return fd;
}

static void channel_session(void) {
    uint8_t m[CALLBACK_MAX];
    char expected[256];
    int other, fd = line_up(&other), before = open_descriptors();
    *(int *)(void *)(lcp_allowoptions + 16) = 1400;
    mtu = 1500;
    CHECK(the_channel->establish_ppp(fd) == fd);
    the_channel->send_config(1500, 0xffffffff, 0, 0);
    the_channel->send_config(1380, 0, 1, 1);
    the_channel->send_config(1450, 0, 1, 1); /* never larger again */
    the_channel->recv_config(1500, 0, 1, 1);
    the_channel->disestablish_ppp(fd);
    snprintf(expected, sizeof expected, "establish %d;mtu 1400;mtu 1380;disestablish %d;", fd, fd);
    if (strcmp(told, expected) != 0)
        fprintf(stderr, "  %s\n", told);
    CHECK(strcmp(told, expected) == 0);
    the_channel->disconnect();
    CHECK(closed(other) && open_descriptors() == before - 1);
    the_channel->cleanup();
    CHECK(open_descriptors() == before - 1);
    callbacks[1](NULL, 0);
    hear(MESSAGE_PHASE, m);
}

static void terminal_session(void) {
    char expected[256];
    uint8_t m[CALLBACK_MAX];
    int master, slave, fd;
    connect_plugin();
    channel_option();
    CHECK(openpty(&master, &slave, NULL, NULL, NULL) == 0);
    say_channel(CHANNEL_TERMINAL, slave);
    fd = the_channel->connect();
    CHECK(fd >= 0 && hear(MESSAGE_NEED_CHANNEL, m) == 0 && the_channel->establish_ppp(fd) == fd);
    the_channel->send_config(1400, 0, 0, 0);
    the_channel->recv_config(1500, 0, 0, 0);
    snoop_recv_hook((unsigned char *)"\xff\x03\xc0\x21\x01\x01\x00\x04", 8); /* the core sees it itself */
    the_channel->disestablish_ppp(fd);
    snprintf(expected, sizeof expected, "tty-establish %d;tty-send 1400;tty-receive 1500;tty-disestablish %d;", fd, fd);
    CHECK(strcmp(told, expected) == 0);
    the_channel->disconnect();
    CHECK(fcntl(fd, F_GETFD) < 0);
    callbacks[1](NULL, 10);
    hear(MESSAGE_PHASE, m);
}

/* P09: pppd's option persist. */
static void line_for_each_attempt(void) {
    uint8_t m[CALLBACK_MAX];
    int first, second, fd = line_up(&first), before = open_descriptors();
    the_channel->disestablish_ppp(fd);
    the_channel->disconnect();
    CHECK(closed(first));
    say(MESSAGE_NO_CHANNEL, "", 0);
    CHECK(the_channel->connect() == -1 && hear(MESSAGE_NEED_CHANNEL, m) == 0); /* this attempt fails, pppd goes on */
    second = new_line(CHANNEL_PPPOX);
    CHECK(the_channel->connect() >= 0 && hear(MESSAGE_NEED_CHANNEL, m) == 0 && open_still(second));
    /* Asked again without having been told to disconnect: the old one does not stay. */
    int third = new_line(CHANNEL_PPPOX);
    CHECK(the_channel->connect() >= 0 && closed(second) && open_still(third) && open_descriptors() == before + 2);
}

static void core_hangs_up(void) {
    uint8_t m[CALLBACK_MAX];
    char byte;
    int other, fd = line_up(&other), before = open_descriptors();
    say(MESSAGE_CONTINUE, "", 0); /* not read by anybody: it must not hide the hang-up */
    CHECK(open_still(other));
    shutdown(core, SHUT_WR);
    /* The number is still pppd's, and reads like a line that is gone. */
    CHECK(closed(other) && fcntl(fd, F_GETFD) == FD_CLOEXEC && read(fd, &byte, 1) == 0 && open_descriptors() == before);
    callbacks[1](NULL, 10);
    CHECK(hear(MESSAGE_PHASE, m) == 8 && m[0] == 10); /* the core hears how it ends */
    the_channel->disconnect();
    CHECK(fcntl(fd, F_GETFD) < 0);
    callbacks[2](NULL, 16);
    CHECK(hear(MESSAGE_EXIT, m) == 4);
}

/* P08: a core that was killed. */
static void core_dies_while_line_is_up(void) {
    char byte;
    int other, fd = line_up(&other);
    close(core);
    CHECK(closed(other) && read(fd, &byte, 1) == 0);
    callbacks[1](NULL, 10);
}

static void core_hangs_up_at_once(void) {
    uint8_t m[CALLBACK_MAX];
    connect_plugin();
    channel_option();
    int other = new_line(CHANNEL_PPPOX);
    shutdown(core, SHUT_WR);
    CHECK(the_channel->connect() >= 0 && closed(other));
    hear(MESSAGE_NEED_CHANNEL, m);
}

static void forked_child_leaves_the_line(void) {
    int other, fd = line_up(&other), result;
    pid_t child = fork();
    if (child == 0) {
        callbacks[10](NULL, 0);
        the_channel->close();
        _exit(fcntl(fd, F_GETFD) >= 0);
    }
    CHECK(waitpid(child, &result, 0) == child && result == 0 && open_still(other) && fcntl(fd, F_GETFD) >= 0);
}

static void overheard(void) {
    uint8_t m[CALLBACK_MAX], packet[1500] = {0xff, 0x03, 0xc0, 0x21, 1, 1, 0, 4};
    int other;
    line_up(&other);
    snoop_recv_hook(packet, 8);
    CHECK(hear(MESSAGE_RECEIVED, m) == 2 + 6 && memcmp(m, "\6\0\xc0\x21\1\1\0\4", 8) == 0);
    snoop_send_hook(packet, 8);
    CHECK(hear(MESSAGE_LCP_SENT, m) == 0);
    packet[4] = 10; /* Echo-Reply: one per second is enough, and one that we send says nothing */
    snoop_recv_hook(packet, 8);
    for (int i = 0; i < 1000; i++)
        snoop_recv_hook(packet, 8), snoop_send_hook(packet, 8);
    hear(MESSAGE_RECEIVED, m);
    packet[2] = 0xc2, packet[3] = 0x23, packet[4] = 4; /* CHAP, longer than a message may be */
    snoop_recv_hook(packet, 1500);
    do
        CHECK(recv(core, m, sizeof m, 0) > 4);
    while (m[6] == 0xc0); /* an echo of the next second */
    CHECK(m[0] == MESSAGE_RECEIVED && m[4] == 0 && m[5] == 2 && m[6] == 0xc2);
    /* Nothing but link control and authentication, no packet that is none, and never what we send: that may be a password. */
    packet[2] = 0x80, packet[3] = 0x21;
    snoop_recv_hook(packet, 100);
    packet[2] = 0xc0;
    for (int length = 0; length < 8; length++)
        snoop_recv_hook(packet, length), snoop_send_hook(packet, length);
    packet[3] = 0x23;
    snoop_send_hook(packet, 100);
    callbacks[1](NULL, 5);
    CHECK(hear(MESSAGE_PHASE, m) == 8 && m[0] == 5);
}

static void core_does_not_read(void) {
    uint8_t m[CALLBACK_MAX], packet[8] = {0xff, 0x03, 0xc0, 0x21, 1, 1, 0, 4};
    int other, count = 0;
    line_up(&other);
    for (int i = 0; i < 20000; i++)
        snoop_recv_hook(packet, 8), snoop_send_hook(packet, 8);
    while (recv(core, m, sizeof m, MSG_DONTWAIT) > 0)
        count++;
    CHECK(count > 100 && count < 20000);
    callbacks[1](NULL, 5);
    CHECK(hear(MESSAGE_PHASE, m) == 8 && m[0] == 5);
}

static void random_packets(void) {
    int other;
    line_up(&other);
    for (int i = 0; i < 200; i++) {
        size_t length = (size_t)(random() % 40);
        unsigned char *packet = malloc(length + 1); /* the sanitizer sees a byte too far */
        for (size_t j = 0; j < length; j++)
            packet[j] = (unsigned char)(j == 2 ? 0xc0 : random());
        snoop_recv_hook(packet, (int)length), snoop_send_hook(packet, (int)length);
        free(packet);
    }
}

static int descriptors_before;
static void ready_to_ask(void) {
    connect_plugin();
    channel_option();
    descriptors_before = open_descriptors();
}

/* Nothing of what came may stay open in a pppd that goes on; one that ends says so. */
static void refused(void) { CHECK(the_channel->connect() == -1 && open_descriptors() == descriptors_before); }

static void descriptors(uint16_t type, size_t count) {
    int pair[2], fds[16];
    ready_to_ask();
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    for (size_t i = 0; i < count; i++)
        fds[i] = pair[0];
    say_with(type, &(uint32_t){CHANNEL_PPPOX}, 4, fds, count);
    close(pair[0]);
    refused_line = pair[1];
    the_channel->connect();
}
static void two_descriptors(void) { descriptors(MESSAGE_CHANNEL, 2); }
static void sixteen_descriptors(void) { descriptors(MESSAGE_CHANNEL, 16); }
static void descriptor_with_no_channel(void) { descriptors(MESSAGE_NO_CHANNEL, 1); }
static void descriptor_with_secret(void) { descriptors(MESSAGE_SECRET, 1); }
static void no_descriptor(void) { ready_to_ask(), say(MESSAGE_CHANNEL, "\1\0\0\0", 4), the_channel->connect(); }
static void short_channel(void) {
    ready_to_ask();
    say_with(MESSAGE_CHANNEL, "\1\0", 2, &(int){0}, 1);
    the_channel->connect();
}
static void secret_with_descriptor(void) {
    connect_plugin();
    say_with(MESSAGE_SECRET, "\1\0a\1\0b", 6, &(int){0}, 1);
    ask();
}
static void unknown_kind(void) { ready_to_ask(), close(new_line(3)), refused(); }
static void socket_as_terminal(void) { ready_to_ask(), close(new_line(CHANNEL_TERMINAL)), refused(); }
static void file_as_socket(void) {
    int fd = open("/dev/null", O_RDWR);
    ready_to_ask(), say_channel(CHANNEL_PPPOX, fd), refused();
    say_channel(CHANNEL_TERMINAL, fd), refused();
}
static void other_socket(void) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ready_to_ask(), say_channel(CHANNEL_PPPOX, fd), refused();
}
static void no_answer_to_need_channel(void) { ready_to_ask(), the_channel->connect(); }
static void core_dies_before_channel(void) { ready_to_ask(), close(core), the_channel->connect(); }
static void term_before_channel(void) { ready_to_ask(), kill(getpid(), SIGTERM), the_channel->connect(); }
